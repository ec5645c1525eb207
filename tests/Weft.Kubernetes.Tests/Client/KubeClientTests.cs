using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Client;

public sealed class KubeClientTests
{
    [Fact]
    public async Task Get_reads_a_typed_object()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.JsonAsync(Answers.ConfigMap("a", 7)));
        using var client = server.Connect();

        var read = await client.GetAsync(KubeResources.ConfigMaps, "ns", "a", TestContext.Current.CancellationToken);

        Assert.Equal("1", read?.Data["v"]);
        Assert.Equal("7", read?.Metadata.ResourceVersion);
        Assert.Equal("/api/v1/namespaces/ns/configmaps/a", Assert.Single(server.Requests).Path);
    }

    [Fact]
    public async Task Get_of_a_missing_object_is_null()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.StatusAsync(404, "NotFound", "no"));
        using var client = server.Connect();

        Assert.Null(await client.GetAsync(KubeResources.Pods, "ns", "a", TestContext.Current.CancellationToken));
        Assert.False(await client.DeleteAsync(KubeResources.Pods, "ns", "a", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_refusal_carries_the_Status_of_the_server()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.StatusAsync(409, "AlreadyExists", "it is there"));
        using var client = server.Connect();

        var refused = await Assert.ThrowsAsync<KubernetesApiException>(() =>
            client.CreateAsync(KubeResources.ConfigMaps, "ns", new ConfigMap { Metadata = new() { Name = "a" } }, TestContext.Current.CancellationToken));

        Assert.True(refused.IsAlreadyExists);
        Assert.Equal(HttpStatusCode.Conflict, refused.Code);
        Assert.Equal("it is there", refused.Message);
    }

    [Fact]
    public async Task An_answer_from_something_else_is_an_error_with_its_text()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.Request.Method == "GET"
            ? context.Response.WriteAsync("<html>hello", context.RequestAborted)
            : context.JsonAsync("bad gateway", 502));
        using var client = server.Connect();

        var garbage = await Assert.ThrowsAsync<KubernetesApiException>(() => client.ListAsync(KubeResources.Pods, null, TestContext.Current.CancellationToken));
        var refused = await Assert.ThrowsAsync<KubernetesApiException>(() => client.DeleteAsync(KubeResources.Pods, "ns", "a", TestContext.Current.CancellationToken));

        Assert.Equal("NotUnderstood", garbage.Status.Reason);
        Assert.Equal("bad gateway", refused.Message);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error_without_a_code()
    {
        using var client = new KubeClient(new KubeClientOptions { Server = new Uri("http://127.0.0.1:1") });

        var failed = await Assert.ThrowsAsync<KubernetesApiException>(() => client.GetRawAsync("/version", TestContext.Current.CancellationToken));

        Assert.Null(failed.Code);
        Assert.Contains("http://127.0.0.1:1 cannot be reached", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_runs_into_the_time_limit()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.SilenceAsync());
        using var client = server.Connect(options => options with { RequestTimeout = TimeSpan.FromMilliseconds(100) });

        var failed = await Assert.ThrowsAsync<KubernetesApiException>(() => client.ListAsync(KubeResources.Pods, "ns", TestContext.Current.CancellationToken));

        Assert.Equal("Timeout", failed.Status.Reason);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_is_not_an_error_of_the_server()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.SilenceAsync());
        using var client = server.Connect();
        using var cancellation = new CancellationTokenSource();

        var listing = client.ListAsync(KubeResources.Pods, "ns", cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listing);
    }

    [Fact]
    public async Task List_passes_selectors_and_pages_and_names_malformed_objects_apart()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) =>
            context.JsonAsync("""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9","continue":"more"},"items":[{"metadata":{"name":"good"}},{"metadata":{"name":"bad"},"spec":7}]}"""));
        using var client = server.Connect();

        var page = await client.ListAsync(KubeResources.Pods, "ns", new ListOptions { LabelSelector = "a=b", FieldSelector = "spec.nodeName=n", Limit = 2, Continue = "t/1" }, TestContext.Current.CancellationToken);

        Assert.Equal("good", Assert.Single(page.Items).Metadata.Name);
        Assert.Equal("bad", Assert.Single(page.Malformed).Name.Name);
        Assert.Equal("more", page.Metadata.Continue);
        Assert.Equal("/api/v1/namespaces/ns/pods?labelSelector=a%3Db&fieldSelector=spec.nodeName%3Dn&limit=2&continue=t%2F1", Assert.Single(server.Requests).Path);
    }

    [Fact]
    public async Task Created_objects_are_sent_clean()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, body) => context.JsonAsync(body, 201));
        using var client = server.Connect();
        var pod = new Pod { Metadata = new() { GenerateName = "a-" }, Spec = new() { Containers = [new() { Name = "c", Image = "i" }] } };

        await client.CreateAsync(KubeResources.Pods, "ns", pod, new WriteOptions { DryRun = true, FieldManager = "weft" }, TestContext.Current.CancellationToken);

        var sent = Assert.Single(server.Requests);
        Assert.Equal("/api/v1/namespaces/ns/pods?dryRun=All&fieldManager=weft", sent.Path);
        Assert.Equal("application/json", sent.ContentType);
        Assert.Equal("""{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"a-"},"spec":{"containers":[{"name":"c","image":"i"}]}}""", sent.Body);
    }

    [Fact]
    public async Task A_client_under_another_name_shares_the_connections_and_leaves_them_open()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.JsonAsync(Answers.ConfigMap(context.Request.Headers.UserAgent.ToString(), 8)));
        using var client = server.Connect();
        using (var kubelet = client.As("kubelet"))
            Assert.Equal("kubelet", (await kubelet.GetAsync(KubeResources.ConfigMaps, "ns", "a", TestContext.Current.CancellationToken))!.Metadata.Name);

        Assert.Equal("weft", (await client.GetAsync(KubeResources.ConfigMaps, "ns", "a", TestContext.Current.CancellationToken))!.Metadata.Name);
    }

    [Fact]
    public async Task Each_form_of_patch_has_its_content_type()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.JsonAsync(Answers.ConfigMap("a", 8)));
        using var client = server.Connect();
        KubePatch[] patches =
        [
            KubePatch.Merge(new JsonObject()),
            KubePatch.StrategicMerge(new JsonObject()) with { Subresource = "status" },
            KubePatch.Json([]),
            KubePatch.Apply(new JsonObject(), "weft"),
        ];

        foreach (var patch in patches)
        {
            await client.PatchAsync(KubeResources.ConfigMaps, "ns", "a", patch, TestContext.Current.CancellationToken);
        }

        Assert.Equal(["application/merge-patch+json", "application/strategic-merge-patch+json", "application/json-patch+json", "application/apply-patch+yaml"], server.Requests.Select(r => r.ContentType));
        Assert.Equal("/api/v1/namespaces/ns/configmaps/a/status", server.Requests.ElementAt(1).Path);
        Assert.Equal("/api/v1/namespaces/ns/configmaps/a?fieldManager=weft&force=true", server.Requests.Last().Path);
    }

    [Fact]
    public async Task Delete_sends_its_conditions()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.JsonAsync("""{"kind":"Status","status":"Success"}"""));
        using var client = server.Connect();

        Assert.True(await client.DeleteAsync(KubeResources.Namespaces, "ignored", "a", new DeleteOptions { PropagationPolicy = "Foreground", GracePeriodSeconds = 0, Uid = "u" }, TestContext.Current.CancellationToken));

        var sent = Assert.Single(server.Requests);
        Assert.Equal("/api/v1/namespaces/a", sent.Path);
        Assert.Equal("""{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","gracePeriodSeconds":0,"preconditions":{"uid":"u"}}""", sent.Body);
    }

    [Fact]
    public async Task Apply_finds_the_collection_of_the_kind_and_remembers_it()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, body) => context.Request.Method == "GET"
            ? context.JsonAsync("""{"kind":"APIResourceList","groupVersion":"example.com/v1","resources":[{"name":"things/status","kind":"Thing","namespaced":true,"verbs":null},{"name":"things","kind":"Thing","namespaced":true,"verbs":["get"]}]}""")
            : context.JsonAsync(body));
        using var client = server.Connect();
        var thing = new UntypedObject(JsonNode.Parse("""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"a"},"spec":{"unknown":1}}""")!.AsObject());

        await client.ApplyAsync(thing, "weft", TestContext.Current.CancellationToken);
        var applied = await client.ApplyAsync(thing, "weft", TestContext.Current.CancellationToken);

        Assert.Equal(1, (int?)applied.Content["spec"]?["unknown"]);
        Assert.Equal(["GET", "PATCH", "PATCH"], server.Requests.Select(r => r.Method));
        Assert.Equal("/apis/example.com/v1/namespaces/default/things/a?fieldManager=weft&force=true", server.Requests.Last().Path);
    }

    [Fact]
    public async Task Apply_of_an_unknown_kind_says_so()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.StatusAsync(404, "NotFound", "no such path"));
        using var client = server.Connect();
        var thing = new UntypedObject(JsonNode.Parse("""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"a"}}""")!.AsObject());

        var refused = await Assert.ThrowsAsync<KubernetesApiException>(() => client.ApplyAsync(thing, "weft", TestContext.Current.CancellationToken));

        Assert.Equal("no matches for kind \"Thing\" in version \"example.com/v1\"", refused.Message);
    }

    [Fact]
    public async Task A_log_comes_line_by_line_while_it_is_followed()
    {
        var more = new TaskCompletionSource();
        await using var server = await ScriptedApiServer.StartAsync(async (context, _) =>
        {
            await context.LineAsync("one");
            await more.Task;
            await context.LineAsync("two");
        });
        using var client = server.Connect();
        var lines = new List<string>();

        await foreach (var line in client.LogAsync("ns", "p", new LogOptions { Follow = true, TailLines = 5, Container = "c" }, TestContext.Current.CancellationToken))
        {
            lines.Add(line);
            more.TrySetResult();
        }

        Assert.Equal(["one", "two"], lines);
        Assert.Equal("/api/v1/namespaces/ns/pods/p/log?container=c&follow=true&tailLines=5", Assert.Single(server.Requests).Path);
    }

    [Fact]
    public async Task The_token_is_asked_for_before_each_request()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.JsonAsync("{}"));
        var count = 0;
        using var client = server.Connect(options => options with { Token = _ => ValueTask.FromResult<string?>($"token-{++count}") });

        await client.GetRawAsync("/version", TestContext.Current.CancellationToken);
        await client.GetRawAsync("/version", TestContext.Current.CancellationToken);

        Assert.Equal(["Bearer token-1", "Bearer token-2"], server.Requests.Select(r => r.Authorization));
    }
}
