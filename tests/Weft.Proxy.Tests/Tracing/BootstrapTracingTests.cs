using System.Text.Json.Nodes;
using Weft.Proxy.Bootstrap;

namespace Weft.Proxy.Tracing;

public sealed class BootstrapTracingTests
{
    [Fact]
    public void The_collector_of_the_proxys_own_configuration_becomes_a_cluster()
    {
        var tracing = BootstrapTracing.Of(JsonNode.Parse("""{"PROXY_CONFIG":{"tracing":{"sampling":10,"zipkin":{"address":"zipkin.istio-system:9411"}}}}""")!.AsObject())!;

        var address = tracing.Cluster.LoadAssignment.Endpoints[0].LbEndpoints[0].Endpoint.Address.SocketAddress;
        Assert.Equal(("zipkin.istio-system", 9411u), (address.Address, address.PortValue));
        Assert.Equal(tracing.Cluster.Name, tracing.Provider.Collector.Cluster);
        Assert.Equal(TraceHeaders.B3, tracing.Provider.Headers);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"PROXY_CONFIG":7}""")]
    [InlineData("""{"PROXY_CONFIG":{"tracing":{"zipkin":{"address":["x"]}}}}""")]
    [InlineData("""{"PROXY_CONFIG":{"tracing":{"zipkin":{"address":"noport"}}}}""")]
    [InlineData("""{"PROXY_CONFIG":{"tracing":{"zipkin":{"address":"host:99999"}}}}""")]
    [InlineData("""{"PROXY_CONFIG":{"tracing":null}}""")]
    public void Without_an_address_there_is_none(string metadata) => Assert.Null(BootstrapTracing.Of(JsonNode.Parse(metadata)!.AsObject()));
}
