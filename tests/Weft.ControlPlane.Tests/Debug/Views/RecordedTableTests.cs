using System.IO.Compression;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>What istioctl 1.30.1 printed of a configuration dump of istiod 1.30.1 (Bookinfo, the product page's sidecar), recorded 2026-11-21.</summary>
public sealed class RecordedTableTests
{
    private static readonly EnvoyDump s_dump = EnvoyDump.Parse(Dump());

    [Fact]
    public void Clusters() => Assert.Equal(Recorded("cluster"), ClusterView.Table(s_dump, new ClusterFilter()));

    [Fact]
    public void Clusters_of_a_port_and_direction() =>
        Assert.Equal(Recorded("cluster-outbound-9080"), ClusterView.Table(s_dump, new ClusterFilter(Port: 9080, Direction: "outbound")));

    [Fact]
    public void Listeners() => Assert.Equal(Recorded("listener"), ListenerView.Table(s_dump, new ListenerFilter()));

    [Fact]
    public void Routes() => Assert.Equal(Recorded("route"), RouteView.Table(s_dump, ""));

    [Fact]
    public void Secrets() => Assert.Equal(Recorded("secret"), SecretView.Table(s_dump, DateTimeOffset.UnixEpoch));

    [Fact]
    public void Endpoints() => Assert.Equal(Recorded("endpoint"), EndpointView.Table(s_dump, new EndpointFilter()));

    [Fact]
    public void Filters_of_their_own() => Assert.Equal(Recorded("ecds"), EcdsView.Table(s_dump));

    [Fact]
    public void Bootstrap() => Assert.Equal(Recorded("bootstrap"), BootstrapView.Json(s_dump));

    private static string Recorded(string table) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Debug", "Views", "recorded", table + ".txt"));

    private static string Dump()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Debug", "Views", "recorded", "productpage.json.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}
