using System.Collections.Immutable;
using System.Diagnostics;

namespace Weft.Api.Access;

/// <summary>How somebody proves that he may see the mesh; Kiali's strategies, as far as they need no other server.</summary>
public enum AccessStrategy
{
    /// <summary>Not at all: for consoles that only their owner reaches.</summary>
    Anonymous,

    /// <summary>By a token of Kubernetes, given once in a form; a cookie stands for it then.</summary>
    Token,

    /// <summary>By a token of Kubernetes that a proxy in front sends with each request.</summary>
    Header,
}

public static class AccessStrategies
{
    /// <summary>As Kiali's <c>auth.strategy</c> names them.</summary>
    public static ImmutableArray<string> Names { get; } = ["anonymous", "token", "header"];

    /// <summary>Of one of <see cref="Names"/>.</summary>
    public static AccessStrategy Parse(string name) => name switch
    {
        "anonymous" => AccessStrategy.Anonymous,
        "token" => AccessStrategy.Token,
        "header" => AccessStrategy.Header,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such strategy"),
    };

    public static string NameOf(AccessStrategy strategy) => strategy switch
    {
        AccessStrategy.Anonymous => "anonymous",
        AccessStrategy.Token => "token",
        AccessStrategy.Header => "header",
        _ => throw new UnreachableException(),
    };
}
