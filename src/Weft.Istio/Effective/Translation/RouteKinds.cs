using System.Collections.Immutable;
using Weft.Istio.GatewayApi;

namespace Weft.Istio.Effective.Translation;

/// <summary>Which kinds of routes a listener takes, by its protocol.</summary>
internal static class RouteKinds
{
    private const string Group = "gateway.networking.k8s.io";

    public static bool IsKnown(string protocol) => protocol is "HTTP" or "HTTPS" or "TLS" or "TCP";

    /// <summary>And whether it allows a kind that it cannot take.</summary>
    public static (ImmutableArray<string> Kinds, bool AsksForUnknown) Of(K8sListener listener)
    {
        ImmutableArray<string> possible = listener.Protocol switch
        {
            "HTTP" or "HTTPS" => ["HTTPRoute", "GRPCRoute"],
            "TLS" => listener.Tls?.Mode == "Passthrough" ? ["TLSRoute"] : ["TCPRoute", "TLSRoute"],
            "TCP" => ["TCPRoute"],
            _ => [],
        };
        if (listener.AllowedRoutes is not { Kinds: { Length: > 0 } allowed })
        {
            return (possible, false);
        }

        ImmutableArray<string> kinds = [.. possible.Where(kind => allowed.Any(item => item.Kind == kind && (item.Group is null or "" or Group)))];
        return (kinds, kinds.Length < allowed.Length);
    }
}
