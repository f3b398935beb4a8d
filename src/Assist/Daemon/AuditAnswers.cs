using System.Text;
using Assist.Audit;
using Assist.Configuration;
using Assist.Control;

namespace Assist.Daemon;

/// <summary>Shows the last records of the audit to those who may ask and may not read its file.</summary>
internal sealed class AuditAnswers(AuditOptions audit, TimeProvider time)
{
    private const int MostRecords = 1000;

    // In bytes, from the end: whoever asks must not have the daemon read a disk for long.
    private const int MostOfAudit = 8 << 20;

    // Of those who ask, one has the file read.
    private readonly Lock _turn = new();

    public Task<ControlResponse> AnswerAsync(ControlRequest request) => Task.Run(() => Answer(request));

    private ControlResponse Answer(ControlRequest request)
    {
        if (audit.File is null) return new ControlResponse { Error = AuditOptions.NoneKept };
        var filter = new AuditFilter(
            request.Seconds is { } seconds ? time.GetUtcNow().UtcDateTime.AddSeconds(-seconds) : DateTime.MinValue,
            request.Filter?.Address, request.Filter?.Rule, request.User);
        if (FlowSelection.Fault(new FlowFilter { Address = filter.Address }) is { } fault)
            return new ControlResponse { Error = fault };
        try
        {
            lock (_turn) return new ControlResponse { Audit = Records(filter) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ControlResponse { Error = $"the audit cannot be read: {IoFault.Text(e)}" };
        }
    }

    private IReadOnlyList<string> Records(AuditFilter filter) =>
    [
        .. new AuditFiles(audit).LastLines(MostOfAudit)
            .Where(line => AuditChain.Read(line) is var (record, _) && filter.Includes(record))
            .TakeLast(MostRecords).Select(Encoding.UTF8.GetString),
    ];
}
