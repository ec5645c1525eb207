using System.Text.Json.Nodes;
using Weft.ControlPlane.Fakes;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Distribution;

public sealed class UnreadableObjectTests
{
    private const string VirtualServices = "apis/networking.istio.io/v1/virtualservices";

    [Theory]
    [InlineData("""{"hosts":"cars"}""")]
    [InlineData("""{"hosts":["cars"],"http":[null]}""")]
    [InlineData("""{"hosts":["cars"],"http":[{"timeout":"soon"}]}""")]
    [InlineData("""{"hosts":["cars"],"http":[{"route":[{"weight":99999999999}]}]}""")]
    [InlineData("""{"hosts":["cars"],"http":[{"match":[{"headers":{"x":null}}]}]}""")]
    [InlineData("""[]""")]
    public async Task An_unreadable_object_is_a_finding_and_the_rest_and_its_last_good_version_stay(string spec)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        Put(mesh, "cars", """{"hosts":["cars"]}""");
        Put(mesh, "other", """{"hosts":["other"]}""");
        await WhenAsync(mesh, objects => objects.VirtualServices.Length == 2, cancellationToken);

        Put(mesh, "cars", spec);
        Put(mesh, "new", spec);
        Put(mesh, "last", """{"hosts":["last"]}""");
        var objects = await WhenAsync(mesh, objects => objects.VirtualServices.Length == 3 && objects.Unreadable.Length == 2, cancellationToken);

        Assert.Equal(["cars", "last", "other"], objects.VirtualServices.Select(item => item.Metadata.Name).Order());
        Assert.Equal(["cars"], objects.VirtualServices.Single(item => item.Metadata.Name == "cars").Spec.Hosts);
        Assert.Equal([("cars", true), ("new", false)], objects.Unreadable.Select(finding => (finding.Name.Name, finding.LastGoodInForce)));

        Put(mesh, "cars", """{"hosts":["again"]}""");
        objects = await WhenAsync(mesh, objects => objects.Unreadable.Length == 1, cancellationToken);
        Assert.Equal(["again"], objects.VirtualServices.Single(item => item.Metadata.Name == "cars").Spec.Hosts);
    }

    private static void Put(TestMesh mesh, string name, string spec) => mesh.Api.Put(VirtualServices, "travel-agency", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = JsonNode.Parse(spec),
    });

    private static async Task<MeshObjects> WhenAsync(TestMesh mesh, Func<MeshObjects, bool> reached, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        await foreach (var push in mesh.ControlPlane.Pushes.WatchAsync(limit.Token))
        {
            if (reached(push.Snapshot.Objects))
            {
                return push.Snapshot.Objects;
            }
        }

        throw new OperationCanceledException(limit.Token);
    }
}
