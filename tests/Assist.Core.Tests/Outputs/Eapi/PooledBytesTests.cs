using System.IO.Pipelines;
using Assist.Outputs.Eapi;

namespace Assist.Tests.Outputs.Eapi;

public sealed class PooledBytesTests
{
    private static readonly byte[] s_bytes =
        [.. Enumerable.Range(0, 3_000_000).Select(number => (byte)(number * 7 + number / 251))];

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(100L)]
    [InlineData(3_000_000L)]
    [InlineData(long.MaxValue - 1)]
    public async Task All_is_read_whatever_length_was_announced(long? expected)
    {
        using var read = await ReadAsync(expected, most: s_bytes.Length);
        Assert.True(read.Memory.Span.SequenceEqual(s_bytes));
    }

    [Fact]
    public async Task More_than_the_most_is_refused() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(expected: null, most: s_bytes.Length - 1));

    [Fact]
    public async Task Waiting_for_the_rest_can_be_given_up()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[100]);
        using var limit = new CancellationTokenSource();
        var reading = PooledBytes.ReadAsync(pipe.Reader.AsStream(), 200, 1000, limit.Token);
        await limit.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private static Task<PooledBytes> ReadAsync(long? expected, int most) =>
        PooledBytes.ReadAsync(new MemoryStream(s_bytes), expected, most, CancellationToken.None);
}
