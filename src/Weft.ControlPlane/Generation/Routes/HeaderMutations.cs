using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.Collections;
using Weft.Istio.Networking;
using HttpRoute = Weft.Istio.Networking.HttpRoute;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>Header operations of routes and destinations. Pseudo-headers and Host are no headers to set: Host is a rewrite of the authority.</summary>
internal static class HeaderMutations
{
    public static void Apply(Route route, HeaderRules? rules)
    {
        Add(route.RequestHeadersToAdd, route.RequestHeadersToRemove, rules?.Request);
        Add(route.ResponseHeadersToAdd, route.ResponseHeadersToRemove, rules?.Response);
    }

    /// <summary>With one destination, its operations are the route's.</summary>
    public static void ApplyOfOnlyDestination(Route route, HttpRoute source)
    {
        if (route.Route_.ClusterSpecifierCase == RouteAction.ClusterSpecifierOneofCase.Cluster && source.Route.Length > 0)
        {
            Apply(route, source.Route[0].Headers);
        }
    }

    public static void Apply(WeightedCluster.Types.ClusterWeight cluster, HeaderRules? rules)
    {
        Add(cluster.RequestHeadersToAdd, cluster.RequestHeadersToRemove, rules?.Request);
        Add(cluster.ResponseHeadersToAdd, cluster.ResponseHeadersToRemove, rules?.Response);
    }

    /// <summary>The authority that operations on Host ask for; null when none does.</summary>
    public static string? Authority(HeaderRules? rules)
    {
        var request = rules?.Request;
        return request is null ? null : AuthorityIn(request.Set) ?? AuthorityIn(request.Add);
    }

    private static string? AuthorityIn(ImmutableDictionary<string, string> operations) =>
        operations.FirstOrDefault(operation => IsAuthority(operation.Key)).Value;

    private static bool IsAuthority(string name) =>
        name.Equals("host", StringComparison.OrdinalIgnoreCase) || name.Equals(":authority", StringComparison.OrdinalIgnoreCase);

    private static bool IsHeader(string name) => !name.StartsWith(':') && !name.Equals("host", StringComparison.OrdinalIgnoreCase);

    private static void Add(RepeatedField<HeaderValueOption> added, RepeatedField<string> removed, HeaderOperations? operations)
    {
        if (operations is null)
        {
            return;
        }

        added.Add(Options(operations.Set, HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd));
        added.Add(Options(operations.Add, HeaderValueOption.Types.HeaderAppendAction.AppendIfExistsOrAdd));
        removed.Add(operations.Remove.Where(IsHeader));
    }

    private static IEnumerable<HeaderValueOption> Options(ImmutableDictionary<string, string> operations, HeaderValueOption.Types.HeaderAppendAction action) =>
        operations.Where(operation => IsHeader(operation.Key)).OrderBy(operation => operation.Key, StringComparer.Ordinal).Select(operation => new HeaderValueOption
        {
            Header = new HeaderValue { Key = operation.Key, Value = operation.Value },
            AppendAction = action,
        });
}
