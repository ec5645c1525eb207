using System.Text.Json.Nodes;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Istio.Networking.Nds.V1;
using Weft.Xds;

namespace Weft.Proxy.Mesh;

/// <summary>
/// What istiod 1.30.1 sent to the sidecar alpha-v1-0.demo (recorded: services alpha and beta on 8000, target port 8080, Istio's default metrics),
/// with other addresses, and with a TCP service db on 3306 added in the recorded shapes.
/// </summary>
public static class IstioResources
{
    public const string DbVip = "10.96.1.9";
    public const string DbCluster = "outbound|3306||db.demo.svc.cluster.local";

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(EnvoyTypes.Registry).WithIgnoreUnknownFields(true));

    /// <param name="alpha">Address of the one pod of alpha.</param>
    /// <param name="beta">Address of the one pod of beta, which also serves db.</param>
    public static ResourceSet Create(string alpha, string beta, Action<string, JsonArray>? change = null)
    {
        var set = new ResourceSet();
        foreach (var (file, type, parse) in Kinds)
        {
            var array = Load(file, alpha, beta);
            change?.Invoke(file, array);
            foreach (var node in array)
            {
                var (name, message) = parse(node!.ToJsonString());
                set.Add(type, name, message);
            }
        }

        set.Add("type.googleapis.com/istio.networking.nds.v1.NameTable", "", Names(change));
        return set;
    }

    /// <summary>A Service of namespace demo in what a change is given as <c>names</c>.</summary>
    public static JsonNode Name(string name, string address) => new JsonObject { ["name"] = name, ["address"] = address };

    private static NameTable Names(Action<string, JsonArray>? change)
    {
        JsonArray services = [Name("alpha", "10.96.1.1"), Name("beta", "10.96.1.2"), Name("db", DbVip)];
        change?.Invoke("names", services);
        var table = new NameTable();
        foreach (var service in services)
        {
            var name = service!["name"]!.GetValue<string>();
            table.Table[$"{name}.demo.svc.cluster.local"] = new NameTable.Types.NameInfo { Ips = { service["address"]!.GetValue<string>() }, Registry = "Kubernetes", Shortname = name, Namespace = "demo" };
        }

        return table;
    }

    private static (string File, string Type, Func<string, (string, IMessage)> Parse)[] Kinds =>
    [
        ("clusters", TypeUrls.Cluster, json => Parse<Cluster>(json, cluster => cluster.Name)),
        ("endpoints", TypeUrls.Endpoint, json => Parse<ClusterLoadAssignment>(json, assignment => assignment.ClusterName)),
        ("listeners", TypeUrls.Listener, json => Parse<Listener>(json, listener => listener.Name)),
        ("routes", TypeUrls.Route, json => Parse<RouteConfiguration>(json, routes => routes.Name)),
    ];

    public static string Json(string file)
    {
        using var stream = typeof(IstioResources).Assembly.GetManifestResourceStream($"{file}.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The one route to beta, outbound on 8000.</summary>
    public static JsonNode RouteOfBeta(JsonArray routes) =>
        routes.SelectMany(routes => routes!["virtualHosts"]!.AsArray()).First(host => host!["name"]!.GetValue<string>() == "beta.demo.svc.cluster.local:8000")!["routes"]![0]!;

    private static (string, IMessage) Parse<T>(string json, Func<T, string> name)
        where T : IMessage, new()
    {
        var message = Parser.Parse<T>(json);
        return (name(message), message);
    }

    private static JsonArray Load(string file, string alpha, string beta)
    {
        var text = Json(file).Replace("10.20.0.11", beta).Replace("10.20.0.1\"", alpha + "\"");
        var array = JsonNode.Parse(text)!.AsArray();
        switch (file)
        {
            case "endpoints":
                KeepFirstOfBeta(array);
                array.Add(DbEndpoints(beta));
                break;
            case "clusters":
                AddDbClusters(array);
                break;
            case "listeners":
                AddDbListeners(array);
                break;
        }

        return array;
    }

    private static void KeepFirstOfBeta(JsonArray assignments)
    {
        var endpoints = assignments.First(entry => entry!["clusterName"]!.GetValue<string>().Contains("beta"))!["endpoints"]![0]!["lbEndpoints"]!.AsArray();
        while (endpoints.Count > 1)
        {
            endpoints.RemoveAt(1);
        }
    }

    private static JsonNode DbEndpoints(string beta) => JsonNode.Parse($$$$$$"""
        {"clusterName":"{{{{{{DbCluster}}}}}}","endpoints":[{"loadBalancingWeight":1,"locality":{},"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":"{{{{{{beta}}}}}}","portValue":3306} } },
        "healthStatus":"HEALTHY","loadBalancingWeight":1,"metadata":{"filterMetadata":{"envoy.transport_socket_match":{"tlsMode":"istio"},"istio":{"workload":"db-v1;demo;db;v1;Kubernetes"}}}}]}]}
        """)!;

    private static void AddDbClusters(JsonArray clusters)
    {
        var outbound = clusters.First(cluster => cluster!["name"]!.GetValue<string>() == "outbound|8000||beta.demo.svc.cluster.local")!.ToJsonString();
        clusters.Add(JsonNode.Parse(outbound.Replace("outbound|8000||beta.demo", "outbound|3306||db.demo").Replace("outbound_.8000_._.beta", "outbound_.3306_._.db").Replace("\"beta", "\"db")));
        var inbound = clusters.First(cluster => cluster!["name"]!.GetValue<string>() == "inbound|8080||")!.ToJsonString();
        clusters.Add(JsonNode.Parse(inbound.Replace("inbound|8080||", "inbound|3306||").Replace("alpha", "db")));
    }

    // A declared TCP port: mTLS with Istio's ALPN, foreign TLS, plaintext; the VIP listener has no inspectors.
    private static void AddDbListeners(JsonArray listeners)
    {
        listeners.Add(JsonNode.Parse($$$$$$"""
            {"name":"{{{{{{DbVip}}}}}}_3306","address":{"socketAddress":{"address":"{{{{{{DbVip}}}}}}","portValue":3306}},"bindToPort":false,"trafficDirection":"OUTBOUND","listenerFiltersTimeout":"0s","continueOnListenerFiltersTimeout":true,
            "filterChains":[{"filters":[{"name":"istio.stats","typedConfig":{"@type":"type.googleapis.com/stats.PluginConfig"}},
            {"name":"envoy.filters.network.tcp_proxy","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy","cluster":"{{{{{{DbCluster}}}}}}","statPrefix":"{{{{{{DbCluster}}}}}}"}}]}]}
            """));
        var inbound = listeners.First(listener => listener!["name"]!.GetValue<string>() == "virtualInbound")!;
        var chains = inbound["filterChains"]!.AsArray();
        foreach (var chain in chains.Where(chain => chain!["name"]?.GetValue<string>() == "virtualInbound").Select(chain => chain!.ToJsonString()).ToList())
        {
            var copy = JsonNode.Parse(chain.Replace("InboundPassthroughCluster", "inbound|3306||").Replace("\"virtualInbound\"", "\"0.0.0.0_3306\""))!;
            copy["filterChainMatch"]!["destinationPort"] = 3306;
            chains.Add(copy);
        }

        var http = inbound["listenerFilters"]!.AsArray().First(filter => filter!["name"]!.GetValue<string>().EndsWith("http_inspector"))!;
        http["filterDisabled"]!["orMatch"]!["rules"]!.AsArray().Add(JsonNode.Parse("""{"destinationPortRange":{"start":3306,"end":3307}}"""));
    }
}
