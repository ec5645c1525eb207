using Weft.ApiServer.Support;

namespace Weft.ApiServer.Streams;

/// <summary>A pod `web` that runs, without anything that runs it.</summary>
internal static class TestPods
{
    private const string Pod = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"x"}],"terminationGracePeriodSeconds":0}}
        """;

    public static async Task StartAsync(RunningServer server, string address)
    {
        Assert.True((await server.SendAsync("POST", "/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}""")).Code is 201 or 409);
        Assert.Equal(201, (await server.SendAsync("POST", "/api/v1/namespaces/default/pods", Pod)).Code);
        Assert.Equal(201, (await server.SendAsync("POST", "/api/v1/namespaces/default/pods/web/binding", """{"apiVersion":"v1","kind":"Binding","metadata":{"name":"web"},"target":{"kind":"Node","name":"weft"}}""")).Code);
        var status = $$$$"""{"status":{"phase":"Running","podIP":"{{{{address}}}}","podIPs":[{"ip":"{{{{address}}}}"}],"conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[{"name":"main","image":"x","imageID":"","ready":true,"restartCount":0,"state":{"running":{}}}]}}""";
        Assert.Equal(200, (await server.SendAsync("PATCH", "/api/v1/namespaces/default/pods/web/status", status, "application/merge-patch+json")).Code);
    }
}
