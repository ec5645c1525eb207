using System.Text;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Proxies;

public sealed class SyncStateTests
{
    private const string Page = """
        [{"cluster_id":"Kubernetes","proxy":"cart-1.shop","proxy_type":"sidecar","istio_version":"1.30.1",
          "cluster_sent":"a","cluster_acked":"a","listener_sent":"b","listener_acked":"b","route_sent":"","endpoint_sent":"c","endpoint_acked":"c"},
         {"proxy":"cart-2.shop","cluster_sent":"b","cluster_acked":"a","listener_sent":"b","route_sent":"d","route_acked":"d","endpoint_sent":"c","endpoint_acked":"c"},
         {"proxy":"","cluster_sent":"b"}, 7, null]
        """;

    [Fact]
    public void Every_kind_of_resource_has_a_state_in_Kialis_words()
    {
        var states = SyncState.Read(Encoding.UTF8.GetBytes(Page));
        Assert.Equal(2, states.Count);
        Assert.Equal(new SyncState("Synced", "Synced", "Synced", "NOT_SENT"), states["cart-1.shop"]);
        Assert.Equal(new SyncState("Stale", "Synced", "Stale (Never Acknowledged)", "Synced"), states["cart-2.shop"]);
        Assert.True(states["cart-1.shop"].IsSynced);
        Assert.False(states["cart-2.shop"].IsSynced);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("{}")]
    public void What_is_no_such_page_is_refused(string text) => Assert.Throws<PodHttpException>(() => SyncState.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_workload_with_a_proxy_behind_is_degraded_and_one_without_proxies_is_not()
    {
        var states = new PodStates(SyncState.Read(Encoding.UTF8.GetBytes(Page)));
        Assert.Equal(1, states.SyncedOf(Workload("cart-1", "cart-2")));
        Assert.Equal(-1, states.SyncedOf(Workload("other-1")));
        Assert.Equal(HealthLevel.Degraded, HealthEvaluation.JudgeReplicas(Status(2, states.SyncedOf(Workload("cart-1", "cart-2")))));
        Assert.Equal(HealthLevel.Healthy, HealthEvaluation.JudgeReplicas(Status(1, states.SyncedOf(Workload("other-1")))));
    }

    private static WorkloadStatus Status(int replicas, int synced) => new("cart", replicas, replicas, replicas, synced);

    private static WorkloadFacts Workload(params string[] pods) => new()
    {
        Namespace = "shop",
        Name = "cart",
        GroupVersionKind = new GroupVersionKind("apps", "v1", "Deployment"),
        Pods = [.. pods.Select(name => new Pod { Metadata = new ObjectMeta { Name = name, Namespace = "shop" } })],
    };
}
