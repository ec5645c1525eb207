using System.Text;

namespace Weft.ApiServer.Streams;

/// <summary>Containers whose every process is an `echo`, a `cat`, or unknown.</summary>
internal sealed class FakeProcesses : IPodStreams
{
    public PodProcessRequest? Last { get; private set; }

    public async Task<int> RunAsync(PodProcessRequest request, PodProcessStreams streams, CancellationToken cancellationToken)
    {
        Last = request;
        switch (request.Command.ToArray())
        {
            case []:
                await WriteAsync(streams.Output, "attached\n", cancellationToken);
                return 0;
            case ["echo", .. var words]:
                await WriteAsync(streams.Output, string.Join(' ', words) + "\n", cancellationToken);
                await WriteAsync(streams.Error, "done\n", cancellationToken);
                return 0;
            case ["cat"]:
                await streams.Input.CopyToAsync(streams.Output, cancellationToken);
                return 0;
            case ["exit", var code]:
                return int.Parse(code, System.Globalization.CultureInfo.InvariantCulture);
            default:
                throw new PodStreamException($"exec: \"{request.Command[0]}\": executable file not found in $PATH");
        }
    }

    private static async Task WriteAsync(Stream stream, string text, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }
}
