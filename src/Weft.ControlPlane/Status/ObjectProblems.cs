using System.Collections.Immutable;
using Weft.ControlPlane.Debug;
using Weft.ControlPlane.Distribution;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Generation.Secrets;
using Weft.Istio.Admission;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;
using Weft.Xds;

namespace Weft.ControlPlane.Status;

/// <summary>What is wrong with which object: read from the snapshot and from what proxies refuse.</summary>
internal static class ObjectProblems
{
    /// <summary>Refusals looked into at one time; the same refusal of many proxies counts once.</summary>
    private const int MostRefusals = 50;

    private static readonly Dictionary<string, string> s_types = new()
    {
        [TypeUrls.Cluster] = "cluster",
        [TypeUrls.Listener] = "listener",
        [TypeUrls.Route] = "route",
    };

    public static Dictionary<ObjectReference, ObjectProblem> Of(MeshSnapshot snapshot, IEnumerable<Refusal> refusals)
    {
        var problems = new Dictionary<ObjectReference, ObjectProblem>();
        foreach (var item in snapshot.Objects.NotEnforced)
        {
            problems[new ObjectReference(item.Kind, NamespacedName.Of(item))] = ObjectProblem.NotEnforced(NotEnforced.Warning(item.Kind));
        }

        foreach (var refusal in refusals)
        {
            foreach (var (resource, error, reference) in refusal.Sources())
            {
                problems.TryAdd(reference, ObjectProblem.Rejected(resource, error));
            }
        }

        foreach (var item in snapshot.Objects.Unreadable)
        {
            var consequence = item.LastGoodInForce ? "its last readable version stays in force"
                : item.Kind == "AuthorizationPolicy" ? "the workloads it selects refuse all requests until it can be read"
                : "the mesh goes on without it";
            problems[new ObjectReference(item.Kind, item.Name)] = ObjectProblem.Unreadable(item.Problem, consequence);
        }

        return problems;
    }

    /// <summary>What the connected proxies refuse now, each error once, in a stable order.</summary>
    public static List<Refusal> RefusalsOf(IEnumerable<ConnectedProxy> proxies) =>
    [
        .. (from proxy in proxies
            let view = proxy.View
            where view is not null
            from type in proxy.Status.Types
            where type.Value.Error is not null && s_types.ContainsKey(type.Key)
            orderby proxy.Node.Id, type.Key
            select new Refusal(view, type.Key, type.Value.Error!, type.Value.Watched))
        .DistinctBy(refusal => (refusal.TypeUrl, refusal.Error)).Take(MostRefusals),
    ];

    /// <summary>One type of resources that a proxy refuses in part.</summary>
    internal sealed record Refusal(ProxyView View, string TypeUrl, string Error, ImmutableArray<string> Watched)
    {
        /// <summary>The objects that the refused resources were made from.</summary>
        public IEnumerable<(string Resource, string Error, ObjectReference Source)> Sources()
        {
            var resources = new ProxyResources(View, CredentialStore.Empty).Of(TypeUrl, isWildcard: Watched.IsEmpty, [.. Watched]) ?? [];
            foreach (var resource in resources.Where(resource => Names(Error, resource.Name)))
            {
                foreach (var source in ResourceSources.Of(View, TypeUrl, resource.Name, EnvoyJson.Format(resource.Content)).Distinct())
                {
                    yield return ($"{s_types[TypeUrl]} {resource.Name}", Error, source);
                }
            }
        }

        /// <summary>Whether the text has the name as a whole, not as a part of a longer one.</summary>
        private static bool Names(string text, string name)
        {
            for (var at = text.IndexOf(name, StringComparison.Ordinal); name.Length > 0 && at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
            {
                var end = at + name.Length;
                if ((at == 0 || !IsPart(text[at - 1])) && (end == text.Length || !IsPart(text[end]) || (text[end] == '.' && (end + 1 == text.Length || text[end + 1] == ' '))))
                {
                    return true;
                }
            }

            return false;
        }

        private static bool IsPart(char character) => char.IsLetterOrDigit(character) || character is '.' or '-' or '_' or '|' or '/' or '%';
    }
}
