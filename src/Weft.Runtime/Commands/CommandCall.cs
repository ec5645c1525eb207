using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Weft.Runtime.Containers;

namespace Weft.Runtime.Commands;

/// <summary>One call of a command: its words, what it sees of its container, and its streams.</summary>
internal sealed record CommandCall
{
    /// <summary>The command's name as the caller wrote it.</summary>
    public required string Name { get; init; }

    public required ImmutableArray<string> Arguments { get; init; }

    public required ContainerContext Container { get; init; }

    public required CommandNetwork Network { get; init; }

    /// <summary>Trusted beside the machine's own roots: those of the demos' external hosts.</summary>
    public required X509Certificate2Collection ExternalRoots { get; init; }

    public required CommandStreams Streams { get; init; }

    public required TimeProvider Time { get; init; }

    public ImmutableDictionary<string, string> Environment => Container.Environment;

    public Task WriteAsync(string text, CancellationToken cancellationToken) =>
        Streams.Output.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();

    public Task WriteErrorAsync(string text, CancellationToken cancellationToken) =>
        Streams.Error.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();
}

/// <summary>A command that containers inside this process know.</summary>
internal interface IPodCommand
{
    string Name { get; }

    /// <summary>Runs to its end and gives the exit code. What goes wrong is told on the error stream.</summary>
    Task<int> RunAsync(CommandCall call, CancellationToken cancellationToken);
}
