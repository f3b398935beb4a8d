using System.Text;

namespace Assist.Eos;

/// <summary>Status, kind and body of one answer.</summary>
internal sealed record HttpResponse(int Status, string ContentType, byte[] Body)
{
    public bool HeadOnly { get; init; }
    public bool Closes { get; init; }

    public static HttpResponse Json(byte[] body) => new(200, "application/json", body);

    public static HttpResponse Text(int status, string text) => new(status, "text/plain", Encoding.UTF8.GetBytes(text));

    public byte[] Bytes()
    {
        var head = $"HTTP/1.1 {Status} {Reason}\r\nServer: emulated\r\n"
            + $"Content-Type: {ContentType}\r\nContent-Length: {Body.Length}\r\n"
            + (Status == 401 ? "WWW-Authenticate: Basic realm=\"COMMAND_API_AUTH\"\r\n" : "")
            + (Status == 405 ? "Allow: POST, HEAD\r\n" : "")
            + $"Connection: {(Closes ? "close" : "keep-alive")}\r\n\r\n";
        return HeadOnly ? Encoding.ASCII.GetBytes(head) : [.. Encoding.ASCII.GetBytes(head), .. Body];
    }

    private string Reason => Status switch
    {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        411 => "Length Required",
        502 => "Bad Gateway",
        413 => "Request Entity Too Large",
        _ => "Error",
    };
}
