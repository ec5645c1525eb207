namespace Weft.Api.Requests;

/// <summary>Limits of times that requests name in seconds since 1970.</summary>
internal static class UnixSeconds
{
    /// <summary>The year 9999: what lies beyond is no time.</summary>
    public const long Max = 253402300799;
}
