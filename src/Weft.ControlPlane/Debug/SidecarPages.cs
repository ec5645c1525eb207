using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ControlPlane.Generation;
using Weft.Istio.Effective;
using Weft.Istio.Json;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Debug;

/// <summary>What a proxy's Sidecar lets it see, in the form of istiod's model.SidecarScope.</summary>
internal sealed class SidecarPages(DebugSources sources, RegistryPages registry)
{
    /// <summary>How istiod calls the scope of proxies that no Sidecar applies to.</summary>
    private const string NoSidecar = "default-sidecar";

    public DebugAnswer Scope(DebugQuery query) => ProxyPages.Of(sources, query, (_, view) => DebugAnswer.Of(Scope(view)));

    private JsonObject Scope(ProxyView view) => new()
    {
        ["name"] = view.Sidecar.Source?.Metadata.Name ?? NoSidecar,
        ["namespace"] = view.Sidecar.Source?.Metadata.Namespace ?? view.Node.Namespace,
        ["version"] = sources.Pushes.Current.Version,
        ["sidecar"] = view.Sidecar.Source is { } sidecar ? Configuration(sidecar, "Sidecar") : null,
        ["outboundTrafficPolicy"] = new JsonObject { ["mode"] = view.AllowsAnyOutbound ? "ALLOW_ANY" : "REGISTRY_ONLY" },
        ["services"] = new JsonArray([.. registry.Described(view.Services)]),
        ["servicesByHostname"] = new JsonObject(view.Services.Zip(registry.Described(view.Services), (service, described) => KeyValuePair.Create<string, JsonNode?>(service.Host, described))),
        ["egressListenerServices"] = new JsonArray([.. view.Sidecar.Egress.Select(listener => new JsonArray([.. registry.Described(listener.Services)]))]),
        ["destinationRules"] = Rules(view),
    };

    private static JsonObject Rules(ProxyView view)
    {
        var hosts = new JsonObject();
        foreach (var service in view.Services.OrderBy(service => service.Host, StringComparer.Ordinal))
        {
            if (view.RuleFor(service) is { } rule)
            {
                hosts[service.Host] = new JsonArray(Rule(rule));
            }
        }

        return hosts;
    }

    private static JsonObject Rule(EffectiveDestinationRule rule)
    {
        var first = ConfigurationPages.WithFullHost(rule.Sources[0]);
        return new JsonObject
        {
            ["exportTo"] = new JsonObject(first.Spec.ExportTo.Select(name => KeyValuePair.Create<string, JsonNode?>(name, new JsonObject()))),
            ["from"] = new JsonArray([.. rule.Sources.Select(source => new JsonObject { ["Name"] = source.Metadata.Name, ["Namespace"] = source.Metadata.Namespace })]),
            ["rule"] = Configuration(first with { Spec = first.Spec with { TrafficPolicy = rule.Policy, Subsets = rule.Subsets } }, "DestinationRule"),
        };
    }

    /// <summary>An object in the form of istiod's config.Config.</summary>
    private static JsonObject Configuration<T>(T source, string kind)
        where T : class, IKubeObject => new()
    {
        ["type"] = new JsonObject { ["group"] = "networking.istio.io", ["kind"] = kind, ["version"] = "v1" },
        ["name"] = source.Metadata.Name,
        ["namespace"] = source.Metadata.Namespace,
        ["domain"] = Hostname.DefaultDomain,
        ["creationTimestamp"] = source.Metadata.CreationTimestamp?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["resourceVersion"] = source.Metadata.ResourceVersion,
        ["generation"] = source.Metadata.Generation,
        ["uid"] = source.Metadata.Uid,
        ["Spec"] = JsonSerializer.SerializeToNode(source, IstioJson.Options.TypeInfoOf<T>())!["spec"]?.DeepClone(),
        ["Status"] = new JsonObject(),
        ["Extra"] = null,
    };
}
