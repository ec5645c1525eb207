using System.Globalization;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Weft.ControlPlane.Generation.Clusters;
using Weft.ControlPlane.Generation.Endpoints;
using Weft.ControlPlane.Generation.Listeners;
using Weft.ControlPlane.Generation.Names;
using Weft.ControlPlane.Generation.Routes;
using Weft.Istio.Json;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Generation;

/// <summary>One recorded world and what the real istiod 1.30.1 sent to one proxy of it (golden/*.json.gz).</summary>
internal sealed class GoldenCase(string name, JsonObject content)
{
    private static readonly TypeRegistry s_types = TypeRegistry.FromMessages(
        typeof(Weft.Xds.TypeUrls).Assembly.GetTypes()
            .Where(type => typeof(IMessage).IsAssignableFrom(type) && type is { IsAbstract: false })
            .Select(type => (MessageDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!));

    private static readonly JsonFormatter s_formatter = new(new JsonFormatter.Settings(false, s_types));
    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default.WithTypeRegistry(s_types).WithIgnoreUnknownFields(true));

    /// <summary>Intended differences: fields that the Envoy API we build with does not have yet.</summary>
    private static readonly string[] s_newerFields = ["dnsJitter"];

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "golden");

    public string Name => name;

    public static IEnumerable<string> Names() =>
        Directory.EnumerateFiles(Folder, "*.json.gz").Select(file => Path.GetFileName(file)[..^".json.gz".Length]).Order();

    public static GoldenCase Load(string name)
    {
        using var stream = new GZipStream(File.OpenRead(Path.Combine(Folder, $"{name}.json.gz")), CompressionMode.Decompress);
        return new GoldenCase(name, JsonNode.Parse(stream)!.AsObject());
    }

    public MeshObjects Objects()
    {
        var objects = content["objects"]!.AsArray().Select(node => node!.AsObject()).ToLookup(node => node["kind"]!.GetValue<string>());
        return new MeshObjects
        {
            Mesh = MeshConfig.From(content["mesh"]),
            Namespaces = Typed<Namespace>(objects),
            Nodes = Typed<Weft.Kubernetes.Objects.Node>(objects),
            Pods = Typed<Pod>(objects),
            Services = Typed<Service>(objects),
            EndpointSlices = Typed<EndpointSlice>(objects),
            VirtualServices = Typed<Istio.Networking.VirtualService>(objects),
            DestinationRules = Typed<Istio.Networking.DestinationRule>(objects),
            ServiceEntries = Typed<Istio.Networking.ServiceEntry>(objects),
            WorkloadEntries = Typed<Istio.Networking.WorkloadEntry>(objects),
            Gateways = Typed<Istio.Networking.Gateway>(objects, "Gateway", "networking.istio.io"),
            K8sGatewayClasses = Typed<Istio.GatewayApi.K8sGatewayClass>(objects, "GatewayClass"),
            K8sGateways = Typed<Istio.GatewayApi.K8sGateway>(objects, "Gateway", "gateway.networking.k8s.io"),
            K8sHttpRoutes = Typed<Istio.GatewayApi.K8sHttpRoute>(objects, "HTTPRoute"),
            Sidecars = Typed<Istio.Networking.Sidecar>(objects),
            PeerAuthentications = Typed<Istio.Security.PeerAuthentication>(objects),
            AuthorizationPolicies = Typed<Istio.Security.AuthorizationPolicy>(objects),
            RequestAuthentications = Typed<Istio.Security.RequestAuthentication>(objects),
            Telemetries = Typed<Istio.Telemetry.TelemetryConfig>(objects, "Telemetry"),
        };
    }

    public ProxyNode Node() => ProxyNode.From(s_parser.Parse<Envoy.Config.Core.V3.Node>(content["node"]!.ToJsonString()))!;

    /// <summary>Where the generated resources differ from the recorded ones; empty when they are equal.</summary>
    public List<string> Differences()
    {
        var view = new ProxyView(MeshSnapshotBuilder.Build(Objects()), Node());
        var differences = new List<string>();
        Compare(differences, "clusters", ClusterGenerator.Of(view), "name");
        Compare(differences, "listeners", ListenerGenerator.Of(view), "name");
        Compare(differences, "routes", Expected("routes").Select(route => RouteGenerator.Of(view, route["name"]!.GetValue<string>())), "name");
        Compare(differences, "endpoints", Expected("endpoints").Select(item => EndpointGenerator.Of(view, item["clusterName"]!.GetValue<string>())), "clusterName");
        if (content.ContainsKey("nametable"))
        {
            Compare(differences, "nametable", [NameTableGenerator.Of(view)], "name");
        }

        return differences;
    }

    private IEnumerable<JsonObject> Expected(string kind) => content[kind]?.AsArray().Select(node => node!.AsObject()) ?? [];

    private void Compare(List<string> differences, string kind, IEnumerable<IMessage> generated, string key)
    {
        var expected = Expected(kind).ToDictionary(node => node[key]?.GetValue<string>() ?? "");
        foreach (var resource in expected.Values)
        {
            Array.ForEach(s_newerFields, field => resource.Remove(field));
            SayCollectorAsBefore(resource);
        }

        var actual = generated.Select(message => JsonNode.Parse(s_formatter.Format(message))!.AsObject()).ToDictionary(node => node[key]?.GetValue<string>() ?? "");
        ForgetLocalityOfKeptPod(expected);
        ForgetLocalityOfKeptPod(actual);
        foreach (var name in expected.Keys.Union(actual.Keys).Order(StringComparer.Ordinal))
        {
            JsonDifferences.Add(differences, $"{kind}/{name}", expected.GetValueOrDefault(name), actual.GetValueOrDefault(name));
        }
    }

    /// <summary>The recorder kept the pod of alpha from case to case: Nodes that a case brings came later, and istiod 1.30 does not go back to pods it knows.</summary>
    private void ForgetLocalityOfKeptPod(Dictionary<string, JsonObject> resources)
    {
        if (content["objects"]!.AsArray().Any(node => node!["kind"]!.GetValue<string>() == "Node") && resources.TryGetValue("outbound|8000||alpha.demo.svc.cluster.local", out var alpha))
        {
            foreach (var group in alpha["endpoints"]?.AsArray() ?? [])
            {
                group!.AsObject().Remove("locality");
            }
        }
    }

    /// <summary>Zipkin's collector as a service of HTTP is newer than the Envoy API we build with; the fields before it say the same.</summary>
    private static void SayCollectorAsBefore(JsonNode? node)
    {
        if (node is JsonObject fields)
        {
            if (fields["collectorService"]?["httpUri"] is JsonObject target)
            {
                var uri = new Uri(target["uri"]!.GetValue<string>());
                fields.Remove("collectorService");
                fields["collectorCluster"] = target["cluster"]!.DeepClone();
                fields["collectorHostname"] = uri.Host;
                fields["collectorEndpoint"] = uri.AbsolutePath;
            }

            foreach (var (_, value) in fields)
            {
                SayCollectorAsBefore(value);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                SayCollectorAsBefore(item);
            }
        }
    }

    private static ImmutableArray<T> Typed<T>(ILookup<string, JsonObject> objects, string? kind = null, string group = "")
        where T : class, IKubeObject =>
        [.. objects[kind ?? typeof(T).Name].Where(node => node["apiVersion"]!.GetValue<string>().StartsWith(group, StringComparison.Ordinal)).Select(node => node.Deserialize(IstioJson.Options.TypeInfoOf<T>())!)];
}

/// <summary>A readable list of the places where two JSON values differ; numbers are compared by value.</summary>
internal static class JsonDifferences
{
    public static void Add(List<string> differences, string path, JsonNode? expected, JsonNode? actual)
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                foreach (var key in left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key)))
                {
                    Add(differences, $"{path}.{key}", left[key], right[key]);
                }

                return;
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                for (var index = 0; index < left.Count; index++)
                {
                    Add(differences, $"{path}[{index}]", left[index], right[index]);
                }

                return;
            default:
                if (!AreEqual(expected, actual))
                {
                    differences.Add($"{path}: expected {Short(expected)}, was {Short(actual)}");
                }

                return;
        }
    }

    private static bool AreEqual(JsonNode? expected, JsonNode? actual) =>
        JsonNode.DeepEquals(expected, actual)
        || (expected?.GetValueKind() == JsonValueKind.Number && actual?.GetValueKind() == JsonValueKind.Number
            && Math.Abs(Number(expected) - Number(actual)) < 1e-9);

    /// <summary>However the parser keeps it.</summary>
    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    private static string Short(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "nothing";
        return text.Length > 300 ? text[..300] + "..." : text;
    }
}
