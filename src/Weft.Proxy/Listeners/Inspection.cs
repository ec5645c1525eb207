namespace Weft.Proxy.Listeners;

/// <summary>What a look at the first bytes of a connection says. The bytes are not consumed.</summary>
internal enum InspectionState
{
    /// <summary>More bytes are needed to tell.</summary>
    NeedMore,

    /// <summary>It is what was looked for.</summary>
    Found,

    /// <summary>It is not.</summary>
    NotFound,
}
