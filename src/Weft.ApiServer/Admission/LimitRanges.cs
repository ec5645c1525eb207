using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Admission;

/// <summary>What the LimitRanges of a namespace give new pods, and within what bounds they keep pods and claims (kube-apiserver's LimitRanger, with its words).</summary>
internal static class LimitRanges
{
    private const string Annotation = "kubernetes.io/limit-ranger";

    /// <summary>Gives containers without requests and limits those of the namespace, and notes on the pod what was given.</summary>
    public static void Default(ResourceDefinition resource, JsonObject item, string ns, ObjectStore store)
    {
        if (resource.TypeName != "core/v1.Pod") return;
        foreach (var limit in Of(store, ns).SelectMany(range => range.Limits).Where(limit => limit.Text("type") == "Container"))
        {
            var given = new List<string>();
            foreach (var (container, what) in Containers(item))
            {
                Give(container, "requests", limit.Object("defaultRequest"));
                Give(container, "limits", limit.Object("default"));

                void Give(JsonObject to, string part, JsonObject? defaults)
                {
                    var present = to.Ensure("resources").Object(part);
                    var missing = (defaults ?? []).Where(value => present?[value.Key] is null).OrderBy(value => value.Key, StringComparer.Ordinal).ToArray();
                    if (missing.Length == 0) return;
                    foreach (var (name, value) in missing) to.Ensure("resources").Ensure(part)[name] = value?.DeepClone();
                    given.Add($"{string.Join(", ", missing.Select(m => m.Key))} {part[..^1]} for {what}");
                }
            }

            if (given.Count > 0) item.Ensure("metadata").Ensure("annotations")[Annotation] = $"LimitRanger plugin set: {string.Join("; ", given)}";
        }

        if (item.Object("status") is { } status) status["qosClass"] = QualityOfService.Of(item.Ensure("spec"));
    }

    /// <exception cref="StatusException">403: the object is out of bounds.</exception>
    public static void Check(ResourceDefinition resource, JsonObject item, string ns, ObjectStore store)
    {
        if (resource.TypeName is not ("core/v1.Pod" or "core/v1.PersistentVolumeClaim")) return;
        foreach (var (_, limits) in Of(store, ns))
        {
            var errors = limits.SelectMany(limit => resource.Kind == "Pod" ? OfPod(limit, item) : OfClaim(limit, item)).ToArray();
            if (errors.Length == 0) continue;
            throw StatusErrors.Forbidden(resource, item.TextAt("metadata", "name"), errors.Length == 1 ? errors[0] : $"[{string.Join(", ", errors)}]");
        }
    }

    private static IEnumerable<(string Name, JsonObject[] Limits)> Of(ObjectStore store, string ns) =>
        store.Current.InNamespace("limitranges", ns).Select(range => (range.Key.Name, JsonAccess.Objects(JsonText.ParseObject(range.Json.Span).Object("spec")?.Array("limits")).ToArray()));

    private static IEnumerable<(JsonObject Container, string What)> Containers(JsonObject pod)
    {
        var spec = pod.Object("spec") ?? [];
        return JsonAccess.Objects(spec.Array("containers")).Select(c => (c, $"container {c.Text("name")}"))
            .Concat(JsonAccess.Objects(spec.Array("initContainers")).Select(c => (c, $"init container {c.Text("name")}")));
    }

    private static IEnumerable<string> OfPod(JsonObject limit, JsonObject pod) => limit.Text("type") switch
    {
        "Container" => Containers(pod).SelectMany(c => Bounds(limit, Amounts.Read(c.Container.Object("resources")?.Object("requests")), Amounts.Read(c.Container.Object("resources")?.Object("limits")))),
        "Pod" => Bounds(limit, PodAmounts.Of(pod, "requests"), PodAmounts.Of(pod, "limits")),
        _ => [],
    };

    private static IEnumerable<string> OfClaim(JsonObject limit, JsonObject claim)
    {
        if (limit.Text("type") != "PersistentVolumeClaim") return [];
        var requests = Amounts.Read(claim.Object("spec")?.Object("resources")?.Object("requests"));
        return Bounds(limit, requests, []).Where(error => !error.EndsWith("No limit is specified", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Bounds(JsonObject limit, Dictionary<string, decimal> requests, Dictionary<string, decimal> limits)
    {
        var type = limit.Text("type");
        foreach (var (name, bound) in Amounts.Read(limit.Object("min")))
        {
            var least = $"minimum {name} usage per {type} is {Amounts.Text(name, bound)}";
            if (!requests.TryGetValue(name, out var request)) yield return $"{least}.  No request is specified";
            else if (request < bound) yield return $"{least}, but request is {Amounts.Text(name, request)}";
            else if (limits.TryGetValue(name, out var given) && given < bound) yield return $"{least}, but limit is {Amounts.Text(name, given)}";
        }

        foreach (var (name, bound) in Amounts.Read(limit.Object("max")))
        {
            var most = $"maximum {name} usage per {type} is {Amounts.Text(name, bound)}";
            if (type != "PersistentVolumeClaim" && !limits.TryGetValue(name, out _)) yield return $"{most}.  No limit is specified";
            else if (limits.TryGetValue(name, out var given) && given > bound) yield return $"{most}, but limit is {Amounts.Text(name, given)}";
            else if (requests.TryGetValue(name, out var request) && request > bound) yield return $"{most}, but request is {Amounts.Text(name, request)}";
        }

        foreach (var (name, bound) in Amounts.Read(limit.Object("maxLimitRequestRatio")))
        {
            var ratio = $"{name} max limit to request ratio per {type} is {Amounts.Text(name, bound)}";
            if (requests.GetValueOrDefault(name) == 0) yield return $"{ratio}, but no request is specified or request is 0";
            else if (limits.GetValueOrDefault(name) == 0) yield return $"{ratio}, but no limit is specified or limit is 0";
            else if (limits[name] / requests[name] is var observed && observed > bound) yield return $"{ratio}, but provided ratio is {observed.ToString("0.000000", CultureInfo.InvariantCulture)}";
        }
    }
}
