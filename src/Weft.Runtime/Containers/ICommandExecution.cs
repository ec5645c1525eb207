namespace Weft.Runtime.Containers;

/// <summary>Implemented by running containers that can run a further command beside them: local processes. Exec probes need it.</summary>
public interface ICommandExecution
{
    /// <summary>Runs a command with the container's environment and returns its exit code; the token kills it.</summary>
    Task<int> ExecuteAsync(IReadOnlyList<string> command, CancellationToken cancellationToken);
}
