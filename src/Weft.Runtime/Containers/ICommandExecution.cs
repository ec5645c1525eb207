using Weft.Runtime.Commands;

namespace Weft.Runtime.Containers;

/// <summary>Implemented by running containers that can run a further program beside them: local processes. Exec probes need it.</summary>
public interface ICommandExecution
{
    /// <summary>Runs a program with the container's environment and returns its exit code, 127 when there is no such program; the token kills it.</summary>
    Task<int> ExecuteAsync(IReadOnlyList<string> command, CommandStreams streams, CancellationToken cancellationToken);
}
