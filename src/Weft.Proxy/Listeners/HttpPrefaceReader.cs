using System.IO.Pipelines;

namespace Weft.Proxy.Listeners;

/// <summary>Looks whether an HTTP connection begins with the HTTP/2 preface, without consuming it.</summary>
internal static class HttpPrefaceReader
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n"u8;

    public static async Task<bool> BeginsHttp2Async(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var isPrefix = IsPrefix(read.Buffer, out var isWhole);
            input.AdvanceTo(read.Buffer.Start, isPrefix && !isWhole ? read.Buffer.End : read.Buffer.Start);
            if (!isPrefix || isWhole || read.IsCompleted)
            {
                return isWhole;
            }
        }
    }

    private static bool IsPrefix(System.Buffers.ReadOnlySequence<byte> buffer, out bool isWhole)
    {
        Span<byte> start = stackalloc byte[Preface.Length];
        var length = (int)Math.Min(buffer.Length, Preface.Length);
        System.Buffers.BuffersExtensions.CopyTo(buffer.Slice(0, length), start);
        isWhole = start.SequenceEqual(Preface);
        return start[..length].SequenceEqual(Preface[..length]);
    }
}
