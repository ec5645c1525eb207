namespace Weft.Host.Composition;

/// <summary>Weft cannot start for a reason that its user can mend: one message, one exit code, nothing lost.</summary>
internal sealed class StartException(string message, int exitCode, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>Exit codes by the convention of sysexits.h.</summary>
internal static class ExitCodes
{
    /// <summary>What was compared differs.</summary>
    public const int Different = 1;
    public const int Usage = 64;
    public const int DataError = 65;
    public const int Unavailable = 69;
    public const int Internal = 70;
    public const int CannotCreate = 73;
}
