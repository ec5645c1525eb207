using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Filters.ExternalAuthorization;

/// <summary>What an authorization service said.</summary>
internal enum AuthorizationResult
{
    Allowed,
    Denied,

    /// <summary>It said nothing that can be understood, or nothing in time.</summary>
    Failed,
}

/// <summary>The answer of an authorization service.</summary>
internal sealed record AuthorizationVerdict
{
    public static AuthorizationVerdict Failure { get; } = new() { Result = AuthorizationResult.Failed };

    public required AuthorizationResult Result { get; init; }

    /// <summary>What a client who is denied gets.</summary>
    public int Status { get; init; } = 403;

    public string Body { get; init; } = "";

    /// <summary>Headers of the denial.</summary>
    public ImmutableArray<AddedHeader> ClientHeaders { get; init; } = [];

    /// <summary>Headers of the request that goes on.</summary>
    public ImmutableArray<AddedHeader> UpstreamHeaders { get; init; } = [];

    public ImmutableArray<string> RemovedHeaders { get; init; } = [];

    /// <summary>Headers of the response to a request that went on.</summary>
    public ImmutableArray<AddedHeader> ResponseHeaders { get; init; } = [];

    public ImmutableArray<KeyValuePair<string, string>> QuerySet { get; init; } = [];

    public ImmutableArray<string> QueryRemoved { get; init; } = [];

    /// <summary>Null when it left none.</summary>
    public Struct? Metadata { get; init; }
}
