using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Envoy.Config.Core.V3;
using Google.Protobuf;
using Weft.ControlPlane.Distribution;
using Weft.ControlPlane.Fakes;
using Weft.ControlPlane.Generation;
using Weft.Xds;

namespace Weft.ControlPlane.Debug;

/// <summary>
/// The debug pages beside those that a real istiod 1.30.1 gave for the same mesh, with the same two proxies connected (Debug/recorded). What differs stands in
/// <c>deviations.tsv</c> with its reason; that list only shrinks.
/// </summary>
public sealed partial class RecordedPagesTests
{
    private const string ProductPage = "productpage-v1-0.bookinfo";
    private const string Reviews = "reviews-v2-0.bookinfo";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Debug", "recorded");

    private static readonly Dictionary<string, string> Collections = new()
    {
        ["Namespace"] = "api/v1/namespaces", ["ConfigMap"] = "api/v1/configmaps", ["ServiceAccount"] = "api/v1/serviceaccounts", ["Service"] = "api/v1/services", ["Pod"] = "api/v1/pods",
        ["EndpointSlice"] = "apis/discovery.k8s.io/v1/endpointslices", ["DestinationRule"] = "apis/networking.istio.io/v1/destinationrules",
        ["VirtualService"] = "apis/networking.istio.io/v1/virtualservices",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_are_as_istiods()
    {
        await using var mesh = await TestMesh.StartAsync(Cancellation);
        await FillAsync(mesh);
        await using var productPage = await ConnectAsync(mesh, "node-productpage.json");
        await using var reviews = await ConnectAsync(mesh, "node-reviews-v2.json");
        using var http = new HttpClient { BaseAddress = mesh.Debug };

        var differences = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Folder, "*.json").Where(file => !Path.GetFileName(file).StartsWith("node-", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var page = name switch
            {
                "edsz" or "sidecarz" => $"{name}?proxyID={ProductPage}",
                "config_dump-productpage" => $"config_dump?proxyID={ProductPage}",
                "config_dump-reviews-v2" => $"config_dump?proxyID={Reviews}",
                _ => name,
            };
            var ours = JsonNode.Parse(await http.GetStringAsync(new Uri($"/debug/{page}", UriKind.Relative), Cancellation));
            var recorded = JsonNode.Parse(await File.ReadAllTextAsync(file, Cancellation));
            Compare(name, Ordered(ours), Ordered(recorded is JsonArray all ? new JsonArray([.. all.Where(item => !IsOfTheClusterAlone(item!)).Select(item => item!.DeepClone())]) : recorded), differences);
        }

        var known = (await File.ReadAllLinesAsync(Path.Combine(Folder, "deviations.tsv"), Cancellation)).Select(line => line.Split('\t')[0]).ToHashSet();
        var unknown = differences.DistinctBy(PathOf).Where(difference => !known.Contains(PathOf(difference))).ToList();
        Assert.True(unknown.Count == 0, string.Join('\n', unknown));
        Assert.Equal([], known.Except(differences.Select(PathOf)));

        static string PathOf(string difference) => difference.Split('\t')[0];
    }

    /// <summary>What the recorded cluster had besides in.yaml: its own API server's Service, and classes that istiod made.</summary>
    private static bool IsOfTheClusterAlone(JsonNode item) =>
        item is JsonObject && ((string?)item["kind"] == "GatewayClass" || (string?)item["hostname"] == "kubernetes.default.svc.cluster.local");

    private static async Task FillAsync(TestMesh mesh)
    {
        var objects = World.Documents(await File.ReadAllTextAsync(Path.Combine(Folder, "in.yaml"), Cancellation)).ToList();
        foreach (var item in objects)
        {
            item["metadata"]!["generation"] = 1;
            item["metadata"]!["uid"] = Guid.Empty.ToString();
            item["metadata"]!["creationTimestamp"] = "2026-01-01T00:00:00Z";
            mesh.Api.Put(Collections[(string)item["kind"]!], (string?)item["metadata"]!["namespace"], item);
        }

        await foreach (var push in mesh.ControlPlane.Pushes.WatchAsync(Cancellation))
        {
            if (push.Snapshot is { Services.Length: 4, Objects: { Pods.Length: 6, DestinationRules.Length: 4, VirtualServices.Length: 4, EndpointSlices.Length: 4 } })
            {
                break;
            }
        }
    }

    /// <summary>A proxy that asks for everything and accepts it, as the recorded ones did.</summary>
    private static async Task<AdsTestStream> ConnectAsync(TestMesh mesh, string node)
    {
        var parser = new JsonParser(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
        var stream = await AdsTestStream.OpenAsync(mesh, parser.Parse<Node>(await File.ReadAllTextAsync(Path.Combine(Folder, node), Cancellation)), Cancellation);
        var clusters = await stream.AskAsync(TypeUrls.Cluster);
        await stream.AcknowledgeAsync(clusters);
        string[] names = [.. clusters.Resources.Select(any => any.Unpack<Envoy.Config.Cluster.V3.Cluster>()).Where(cluster => cluster.EdsClusterConfig is not null).Select(cluster => cluster.EdsClusterConfig.ServiceName)];
        await stream.AcknowledgeAsync(await stream.AskAsync(TypeUrls.Endpoint, names), names);
        await stream.AcknowledgeAsync(await stream.AskAsync(TypeUrls.Listener));
        await stream.AcknowledgeAsync(await stream.AskAsync(TypeUrls.Route, "9080"), "9080");
        return stream;
    }

    /// <summary>Notes each path where ours is not the recorded value; indexes are left out of paths.</summary>
    private static void Compare(string path, JsonNode? ours, JsonNode? recorded, List<string> differences)
    {
        if (ours is JsonObject mine && recorded is JsonObject theirs)
        {
            foreach (var name in mine.Select(field => field.Key).Union(theirs.Select(field => field.Key)))
            {
                if (!mine.ContainsKey(name) || !theirs.ContainsKey(name))
                {
                    differences.Add($"{path}.{name}\t{(mine.ContainsKey(name) ? "only here" : "missing")}: {(mine[name] ?? theirs[name])?.ToJsonString()}");
                }
                else
                {
                    Compare($"{path}.{name}", mine[name], theirs[name], differences);
                }
            }
        }
        else if (ours is JsonArray some && recorded is JsonArray others && some.Count == others.Count)
        {
            for (var index = 0; index < some.Count; index++)
            {
                Compare(path + "[]", some[index], others[index], differences);
            }
        }
        else if (!IsSame(ours, recorded))
        {
            differences.Add($"{path}\t{ours?.ToJsonString() ?? "null"} is not {recorded?.ToJsonString() ?? "null"}");
        }
    }

    /// <summary>Times, versions and names that are made at run time are alike, not equal.</summary>
    private static bool IsSame(JsonNode? ours, JsonNode? recorded) => JsonNode.DeepEquals(ours, recorded)
        || (ours?.GetValueKind() == JsonValueKind.String && recorded?.GetValueKind() == JsonValueKind.String && Volatile().Replace(ours.ToString(), "") == Volatile().Replace(recorded.ToString(), ""));

    /// <summary>Lists whose order says nothing, in order.</summary>
    private static JsonNode? Ordered(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, field.Value is JsonArray list ? List(field.Key, list) : Ordered(field.Value)))),
        JsonArray items => List("", items),
        _ => node?.DeepClone(),
    };

    private static JsonArray List(string name, JsonArray items)
    {
        var ordered = items.Select(Ordered);
        return name is "domains" or "filters" or "httpFilters" or "routes" or "filterChains" ? [.. ordered] : [.. ordered.OrderBy(KeyOf, StringComparer.Ordinal)];
    }

    private static string KeyOf(JsonNode? item) => item switch
    {
        JsonObject { Count: > 0 } fields when fields["cluster"] is JsonObject cluster => (string)cluster["name"]!,
        JsonObject { Count: > 0 } fields when fields["routeConfig"] is JsonObject routes => (string)routes["name"]!,
        JsonObject fields => string.Concat(((string[])["@type", "kind", "name", "clusterName", "hostname", "connectionId", "metadata", "Addresses"]).Select(field => fields[field]?.ToJsonString() ?? "")),
        _ => item?.ToJsonString() ?? "",
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT[\d:.]+Z(/\d+)?$|^\d+$|(?<=-0\.bookinfo)-\d+$|^127\.0\.0\.1:\d+$|^[0-9a-f]{8}-[0-9a-f-]{27}$")]
    private static partial Regex Volatile();
}
