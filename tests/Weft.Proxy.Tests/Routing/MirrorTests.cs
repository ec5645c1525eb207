using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Routing;

public sealed class MirrorTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mirror_gets_method_path_headers_and_body_and_its_answer_is_discarded()
    {
        var mirrored = new ConcurrentQueue<string>();
        await using var mirror = await TestService.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            mirrored.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Host} {context.Request.Headers["x-mine"]} {await reader.ReadToEndAsync()}");
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("mirror");
        });
        await using var mesh = await StartAsync(mirror, """[{"cluster":"mirror"}]""");
        using var request = new HttpRequestMessage(HttpMethod.Post, Beta + "p?q=1") { Content = new StringContent("body"), Headers = { { "x-mine", "yes" } } };

        using var response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("body", await response.Content.ReadAsStringAsync(Cancel));
        await TestMesh.UntilAsync(() => !mirrored.IsEmpty, Cancel);
        Assert.Equal("POST /p?q=1 beta.demo-shadow:8000 yes body", mirrored.Single());
    }

    [Fact]
    public async Task A_slow_mirror_delays_nobody_and_Istio_leaves_the_host_alone()
    {
        var hosts = new ConcurrentQueue<string>();
        await using var mirror = await TestService.StartAsync(async context =>
        {
            hosts.Enqueue(context.Request.Host.Value!);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await using var mesh = await StartAsync(mirror, """[{"cluster":"mirror","disableShadowHostSuffixAppend":true,"runtimeFraction":{"defaultValue":{"numerator":100} } }]""");
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.Equal("", await mesh.Client().GetStringAsync(Beta, Cancel));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10));
        await TestMesh.UntilAsync(() => !hosts.IsEmpty, Cancel);
        Assert.Equal("beta.demo:8000", hosts.Single());
    }

    [Fact]
    public async Task A_share_of_the_requests_is_mirrored_to_each_of_several()
    {
        var all = 0;
        var some = 0;
        await using var first = await TestService.StartAsync(_ => Count(ref all));
        await using var second = await TestService.StartAsync(_ => Count(ref some));
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, (kind, resources) =>
        {
            if (kind == "clusters")
            {
                first.AddTo(resources, "all");
                second.AddTo(resources, "some");
            }

            if (kind == "routes")
            {
                ResourceEdits.SetAction(resources, "requestMirrorPolicies", """[{"cluster":"all"},{"cluster":"some","runtimeFraction":{"defaultValue":{"numerator":500000,"denominator":"MILLION"} } }]""");
            }
        });
        var client = mesh.Client();

        for (var turn = 0; turn < 200; turn++)
        {
            await client.GetAsync(Beta, Cancel);
        }

        await TestMesh.UntilAsync(() => all == 200, Cancel);
        // Five standard deviations of 200 tosses.
        Assert.InRange(some, 65, 135);
    }

    [Fact]
    public async Task A_mirror_that_is_gone_harms_nobody()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("in"), Cancel, (kind, resources) =>
        {
            if (kind == "routes")
            {
                ResourceEdits.SetAction(resources, "requestMirrorPolicies", """[{"cluster":"nowhere"},{"cluster":"outbound|3306||db.demo.svc.cluster.local"}]""");
            }
        });

        Assert.Equal("in", await mesh.Client().GetStringAsync(Beta, Cancel));
    }

    private static Task Count(ref int counter)
    {
        Interlocked.Increment(ref counter);
        return Task.CompletedTask;
    }

    private static Task<TestMesh> StartAsync(TestService mirror, string policies) => TestMesh.StartAsync(context => context.Request.Body.CopyToAsync(context.Response.Body), Cancel, (kind, resources) =>
    {
        if (kind == "clusters")
        {
            mirror.AddTo(resources, "mirror");
        }

        if (kind == "routes")
        {
            ResourceEdits.SetAction(resources, "requestMirrorPolicies", policies);
        }
    });
}
