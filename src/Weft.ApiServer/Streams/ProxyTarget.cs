using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Streams;

/// <summary>Where a proxied request goes: `scheme://address:port`.</summary>
internal sealed record ProxyTarget(string Scheme, string Address, long Port)
{
    /// <summary>Resolves `[scheme:]name[:port]` of a pod or a service; throws in Kubernetes' words when it leads nowhere.</summary>
    public static ProxyTarget Find(StoreSnapshot snapshot, Discovery.ResourceDefinition resource, string ns, string id)
    {
        var parts = id.Split(':');
        var (scheme, name, port) = parts.Length switch
        {
            1 => ("http", parts[0], ""),
            2 => ("http", parts[0], parts[1]),
            3 => (parts[0].Length == 0 ? "http" : parts[0], parts[1], parts[2]),
            _ => throw StatusErrors.BadRequest($"invalid {resource.Kind.ToLowerInvariant()} request \"{id}\""),
        };
        if (scheme is not ("http" or "https")) throw StatusErrors.BadRequest($"invalid {resource.Kind.ToLowerInvariant()} request \"{id}\"");
        var item = (snapshot.Find(new ObjectKey(resource.StorageKey, ns, name)) ?? throw StatusErrors.NotFound(resource, name)).ToObject(resource);
        return resource.Kind == "Pod" ? OfPod(scheme, item, port) : OfService(snapshot, scheme, item, port, ns, id);
    }

    private static ProxyTarget OfPod(string scheme, JsonObject pod, string port)
    {
        var declared = JsonAccess.Objects(pod.Object("spec")?.Array("containers")).SelectMany(c => JsonAccess.Objects(c.Array("ports"))).FirstOrDefault()?.Number("containerPort");
        if (port.Length > 0 && !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _)) throw StatusErrors.BadRequest($"invalid pod port \"{port}\": must be a number");
        var number = port.Length > 0 ? long.Parse(port, CultureInfo.InvariantCulture) : declared ?? (scheme == "https" ? 443 : 80);
        var address = pod.TextAt("status", "podIP");
        return address.Length > 0 ? new ProxyTarget(scheme, address, number) : throw Unavailable($"pod {pod.TextAt("metadata", "name")} has no address yet");
    }

    private static ProxyTarget OfService(StoreSnapshot snapshot, string scheme, JsonObject service, string port, string ns, string id)
    {
        var name = service.TextAt("metadata", "name");
        var ports = JsonAccess.Objects(service.Object("spec")?.Array("ports")).ToArray();
        if (long.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            port = (ports.FirstOrDefault(p => p.Number("port") == number) ?? throw Unavailable($"no service port {number} found for service \"{name}\"")).Text("name") ?? "";
        foreach (var subset in JsonAccess.Objects(snapshot.Find(new ObjectKey("endpoints", ns, name)) is { } endpoints ? JsonText.ParseObject(endpoints.Json.Span).Array("subsets") : null))
        {
            var address = JsonAccess.Objects(subset.Array("addresses")).Select(a => a.Text("ip")).OrderBy(_ => Random.Shared.Next()).FirstOrDefault();
            var at = JsonAccess.Objects(subset.Array("ports")).FirstOrDefault(p => (p.Text("name") ?? "") == port)?.Number("port");
            if (address is not null && at is not null) return new ProxyTarget(scheme, address, at.Value);
        }

        throw Unavailable($"no endpoints available for service \"{id}\"");
    }

    public static StatusException Unavailable(string message) => new(503, "ServiceUnavailable", message);
}
