using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Weft.Proxy.Forwarding.Http1;

namespace Weft.Proxy.Forwarding;

/// <summary>Asks a forward proxy, over HTTP/1.1, for a connection to another host (RFC 9110 section 9.3.6).</summary>
internal static class ConnectTunnel
{
    /// <param name="target">Host and port.</param>
    /// <param name="input">What comes from the proxy; what follows the head of its answer is left there.</param>
    /// <exception cref="IOException">It refused, broke off or does not speak HTTP.</exception>
    public static async Task OpenAsync(Stream output, PipeReader input, string target, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Encoding.Latin1.GetBytes($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"), cancellationToken);
        var head = new Http1ResponseHead();
        while (head.Status is < 200)
        {
            head.Clear();
            await ReadHeadAsync(head, input, cancellationToken);
        }

        if (head.Status >= 300)
        {
            throw new UpstreamProtocolException($"CONNECT was answered {head.Status}");
        }
    }

    private static async Task ReadHeadAsync(Http1ResponseHead head, PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var isWhole = head.Read(read.Buffer.ToArray(), out var consumed);
            var next = read.Buffer.GetPosition(consumed);
            input.AdvanceTo(next, isWhole ? next : read.Buffer.End);
            if (isWhole)
            {
                return;
            }

            if (read.IsCompleted)
            {
                throw new EndOfStreamException("the forward proxy ended the connection before its answer");
            }
        }
    }
}
