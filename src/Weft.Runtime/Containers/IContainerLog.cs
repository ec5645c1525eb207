namespace Weft.Runtime.Containers;

/// <summary>The output of one run of a container. Safe for concurrent writers; a line is never mixed with another.</summary>
public interface IContainerLog
{
    /// <summary>Appends one line, without its line end, stamped with the present time.</summary>
    void Write(ContainerStream stream, ReadOnlySpan<char> line);
}

/// <summary>The stream of a container that a log line came from.</summary>
public enum ContainerStream
{
    Stdout,
    Stderr,
}
