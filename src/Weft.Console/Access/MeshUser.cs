namespace Weft.Console.Access;

/// <summary>Somebody who has proved who he is and may see the whole mesh.</summary>
public sealed record MeshUser(string Name, bool MayReadLogs, bool MayAskProxies)
{
    /// <summary>Whoever reaches a console without a login: he sees what the console sees.</summary>
    public static MeshUser Anonymous { get; } = new("", MayReadLogs: true, MayAskProxies: true);
}

/// <summary>A token is not good for this console; the message says why.</summary>
public sealed class AccessRefusedException(string message) : Exception(message);
