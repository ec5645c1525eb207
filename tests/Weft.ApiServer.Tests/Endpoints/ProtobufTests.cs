using System.IO.Compression;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

public sealed class ProtobufTests
{
    private static JsonObject Recorded()
    {
        using var stream = typeof(ProtobufTests).Assembly.GetManifestResourceStream("26-protobuf.json")!;
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        return JsonNode.Parse(unzipped)!.AsObject();
    }

    [Fact]
    public async Task Bodies_of_kubectl_are_understood_for_every_served_kind()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var ns in new[] { "demo", "shop" }) await server.SendAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{ns}}}"}}""");
        var failures = new List<string>();
        foreach (var entry in Recorded()["requests"]!.AsArray().Select(r => r!.AsObject()))
        {
            var command = entry["command"]!.GetValue<string>();
            using var request = new HttpRequestMessage(HttpMethod.Post, entry["path"]!.GetValue<string>());
            request.Content = new ByteArrayContent(Convert.FromBase64String(entry["body"]!.GetValue<string>()));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/vnd.kubernetes.protobuf");
            request.Headers.TryAddWithoutValidation("Accept", "application/vnd.kubernetes.protobuf,application/json");
            using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            if ((int)response.StatusCode != entry["status"]!.GetValue<int>())
                failures.Add($"{command}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Theory]
    [InlineData("/api/v1/namespaces/demo/services/web")]
    [InlineData("/apis/apps/v1/namespaces/demo/deployments/web")]
    [InlineData("/apis/apps/v1/namespaces/demo/statefulsets/db")]
    [InlineData("/apis/coordination.k8s.io/v1/namespaces/demo/leases/leader")]
    public void A_recorded_object_reads_the_same_from_both_encodings(string path)
    {
        var pair = Recorded()["pairs"]!.AsArray().Select(p => p!.AsObject()).Single(p => p["path"]!.GetValue<string>() == path);
        var types = BuiltInTypes.Load();
        var resources = BuiltInResources.Create(types);
        var json = (JsonObject)pair["json"]!;
        var resource = resources.Single(r => r.Kind == json["kind"]!.GetValue<string>() && r.ApiVersion == json["apiVersion"]!.GetValue<string>());
        var read = new ProtobufReader(types, resources).Read(Convert.FromBase64String(pair["body"]!.GetValue<string>()), resource.Kind);
        var fromProtobuf = ObjectDecoder.Decode(read, resource.Schema, resource.Kind, []);
        var fromJson = ObjectDecoder.Decode((JsonObject)json.DeepClone(), resource.Schema, resource.Kind, []);
        foreach (var item in new[] { fromProtobuf, fromJson }) Admission.KindDefaults.Apply(resource.TypeName, item);
        // Times of conditions and zero counters are not told apart from absent ones by protobuf.
        Assert.True(JsonNode.DeepEquals(fromJson["spec"], fromProtobuf["spec"]), $"{fromJson["spec"]}\n{fromProtobuf["spec"]}");
        Assert.Equal(fromJson["metadata"]!["name"]!.ToString(), fromProtobuf["metadata"]!["name"]!.ToString());
        Assert.True(JsonNode.DeepEquals(fromJson["metadata"]!["managedFields"], fromProtobuf["metadata"]!["managedFields"]));
    }

    [Fact]
    public void Arbitrary_bytes_are_refused_and_never_throw_anything_else()
    {
        var types = BuiltInTypes.Load();
        var reader = new ProtobufReader(types, BuiltInResources.Create(types));
        var random = new Random(1);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = new byte[random.Next(4, 200)];
            random.NextBytes(bytes);
            (bytes[0], bytes[1], bytes[2], bytes[3]) = (0x6b, 0x38, 0x73, 0);
            try
            {
                reader.Read(bytes, "Pod");
            }
            catch (StatusException error)
            {
                Assert.Equal(400, error.Code);
            }
        }
    }
}
