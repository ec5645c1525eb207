using Weft.ApiServer.Support;

namespace Weft.ApiServer.Controllers;

public sealed class PublishedAddressTests
{
    [Fact]
    public async Task The_service_kubernetes_leads_to_this_server_after_each_start()
    {
        var folder = Directory.CreateTempSubdirectory("weft-api-");
        for (var start = 0; start < 2; start++)
        {
            await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false }, folder.FullName);
            var (_, endpoints) = await server.SendAsync("GET", "/api/v1/namespaces/default/endpoints/kubernetes");
            Assert.Equal($$"""[{"addresses":[{"ip":"127.0.0.1"}],"ports":[{"name":"https","port":{{server.Host.Address.Port}},"protocol":"TCP"}]}]""", endpoints["subsets"]!.ToJsonString());
            var (_, slice) = await server.SendAsync("GET", "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes");
            Assert.Equal("kubernetes", slice["metadata"]!["labels"]!["kubernetes.io/service-name"]!.ToString());
            Assert.Equal(["127.0.0.1"], slice["endpoints"]![0]!["addresses"]!.AsArray().Select(address => address!.ToString()));
            Assert.Equal(server.Host.Address.Port, slice["ports"]![0]!["port"]!.GetValue<int>());
        }

        folder.Delete(recursive: true);
    }
}
