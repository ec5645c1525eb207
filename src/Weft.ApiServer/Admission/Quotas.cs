using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Admission;

/// <summary>
/// Keeps a namespace within its ResourceQuotas (kube-apiserver's ResourceQuota admission, with its words). What is used is counted anew each time; of two
/// objects that come at the same moment both may pass.
/// </summary>
internal static class Quotas
{
    /// <summary>What every container must state where a quota holds it.</summary>
    private static readonly string[] MustBeStated = ["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"];

    /// <exception cref="StatusException">403: a quota of the namespace leaves no room for the new object.</exception>
    public static void Check(ResourceDefinition resource, JsonObject item, string ns, ObjectStore store)
    {
        if (!resource.Namespaced) return;
        var snapshot = store.Current;
        var key = resource.StorageKey;
        foreach (var stored in snapshot.InNamespace("resourcequotas", ns))
        {
            var quota = JsonText.ParseObject(stored.Json.Span);
            var hard = Amounts.Read(quota.Object("spec")?.Object("hard"));
            var asked = QuotaUsage.Of(key, item).Where(usage => hard.ContainsKey(usage.Key)).ToDictionary();
            if (!QuotaUsage.IsInScope(quota, key, item)) continue;
            if (key == "pods" && Unstated(item, hard.Keys) is { } unstated)
                throw StatusErrors.Forbidden(resource, item.TextAt("metadata", "name"), $"failed quota: {stored.Key.Name}: must specify {unstated}");
            if (asked.Count == 0) continue;
            var used = Used(quota, hard.Keys.Where(asked.ContainsKey), ns, snapshot);
            var exceeded = asked.Keys.Where(name => used[name] + asked[name] > hard[name]).Order(StringComparer.Ordinal).ToArray();
            if (exceeded.Length == 0) continue;
            throw StatusErrors.Forbidden(
                resource,
                item.TextAt("metadata", "name"),
                $"exceeded quota: {stored.Key.Name}, requested: {Shown(exceeded, asked)}, used: {Shown(exceeded, used)}, limited: {Shown(exceeded, hard)}");
        }
    }

    /// <summary>How much of the named things the namespace's objects in the quota's scope take.</summary>
    public static Dictionary<string, decimal> Used(JsonObject quota, IEnumerable<string> names, string ns, StoreSnapshot snapshot)
    {
        var used = names.ToDictionary(name => name, _ => 0m, StringComparer.Ordinal);
        foreach (var key in used.Keys.SelectMany(QuotaUsage.StorageKeysOf).Distinct().ToArray())
        {
            foreach (var stored in snapshot.InNamespace(key, ns))
            {
                var item = JsonText.ParseObject(stored.Json.Span);
                if (!QuotaUsage.IsInScope(quota, key, item)) continue;
                foreach (var (name, amount) in QuotaUsage.Of(key, item))
                    if (used.ContainsKey(name)) used[name] += amount;
            }
        }

        return used;
    }

    private static string Shown(string[] names, Dictionary<string, decimal> amounts) => string.Join(',', names.Select(name => $"{name}={Amounts.Text(name, amounts[name])}"));

    private static string? Unstated(JsonObject pod, IEnumerable<string> hard)
    {
        var spec = pod.Object("spec") ?? [];
        var containers = JsonAccess.Objects(spec.Array("containers")).Concat(JsonAccess.Objects(spec.Array("initContainers"))).ToArray();
        var missing = MustBeStated.Where(hard.Contains)
            .Select(name => (Name: name, Containers: containers.Where(c => !States(c, name)).Select(c => c.Text("name")).Order(StringComparer.Ordinal).ToArray()))
            .Where(each => each.Containers.Length > 0)
            .Select(each => $"{each.Name} for: {string.Join(',', each.Containers)}")
            .ToArray();
        return missing.Length == 0 ? null : string.Join("; ", missing);
    }

    private static bool States(JsonObject container, string name)
    {
        var (part, what) = name.Split('.') is [var first, var second] ? (first, second) : ("requests", name);
        return container.Object("resources")?.Object(part)?[what] is not null;
    }
}
