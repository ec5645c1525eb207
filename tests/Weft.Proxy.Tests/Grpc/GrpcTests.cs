using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Grpc;

/// <summary>gRPC calls of every kind through two sidecars, HTTP/2 all the way.</summary>
public sealed class GrpcTests
{
    private const string Method = "http://beta.demo:8000/a.Service/Method";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_of_both_sides_pass_one_by_one_and_the_status_comes_last()
    {
        await using var mesh = await StartAsync(async context =>
        {
            await context.Response.StartAsync();
            while (await GrpcStream.ReadAsync(context.Request.Body, Cancel) is { } message)
            {
                await context.Response.Body.WriteAsync(GrpcStream.Framed([.. message, 0xff]));
                await context.Response.Body.FlushAsync();
            }

            context.Response.AppendTrailer("grpc-status", "0");
            context.Response.AppendTrailer("x-sum-bin", "AAEC");
        });
        using var call = Call(mesh);

        for (byte turn = 0; turn < 20; turn++)
        {
            await call.SendAsync([turn]);
            Assert.Equal([turn, 0xff], await call.ReadAsync(Cancel));
        }

        call.EndSending();
        Assert.Null(await call.ReadAsync(Cancel));
        Assert.Equal("0", call.Response.TrailingHeaders.GetValues("grpc-status").Single());
        Assert.Equal("AAEC", call.Response.TrailingHeaders.GetValues("x-sum-bin").Single());
        await TestMesh.SampleAsync(mesh.BetaAddress, "istio_requests_total", new Dictionary<string, string> { ["grpc_response_status"] = "0", ["request_protocol"] = "grpc" }, Cancel);
    }

    [Fact]
    public async Task Messages_are_counted_while_the_stream_goes_on()
    {
        await using var mesh = await TestMesh.StartAsync(
            async context =>
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.StartAsync();
                while (await GrpcStream.ReadAsync(context.Request.Body, Cancel) is { } message)
                {
                    await context.Response.Body.WriteAsync(GrpcStream.Framed(message));
                    await context.Response.Body.FlushAsync();
                }

                context.Response.AppendTrailer("grpc-status", "0");
            },
            Cancel,
            (kind, resources) =>
            {
                ResourceEdits.SpeakHttp2(kind, resources);
                foreach (var manager in kind == "listeners" ? ResourceEdits.OutboundManagers(resources) : [])
                {
                    manager["httpFilters"]!.AsArray().First(filter => (string)filter!["name"]! == "istio.stats")!["typedConfig"]!["tcpReportingDuration"] = "0.050s";
                }
            },
            HttpProtocols.Http2);
        var peers = new Dictionary<string, string> { ["reporter"] = "source", ["destination_workload"] = "beta-v1", ["destination_service_name"] = "beta" };
        using var call = Call(mesh);
        await call.SendAsync([1]);
        await call.ReadAsync(Cancel);

        Assert.Equal(1, await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_request_messages_total", peers, Cancel));
        await call.SendAsync([2]);
        await call.ReadAsync(Cancel);
        call.EndSending();
        Assert.Null(await call.ReadAsync(Cancel));

        await TestMesh.UntilAsync(
            async () => await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_request_messages_total", peers, Cancel) == 2
                && await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_response_messages_total", peers, Cancel) == 2,
            Cancel);
        Assert.DoesNotMatch("istio_(request|response)_messages_total\\{[^}]*(request_protocol|response_code|response_flags)=", await TestMesh.MetricsAsync(mesh.AlphaAddress, Cancel));
    }

    [Fact]
    public async Task A_client_may_send_all_before_the_first_answer()
    {
        await using var mesh = await StartAsync(async context =>
        {
            var count = 0;
            while (await GrpcStream.ReadAsync(context.Request.Body, Cancel) is not null)
            {
                count++;
            }

            await context.Response.Body.WriteAsync(GrpcStream.Framed([(byte)count]));
            context.Response.AppendTrailer("grpc-status", "0");
        });
        using var call = Call(mesh);

        for (var turn = 0; turn < 100; turn++)
        {
            await call.SendAsync(new byte[turn]);
        }

        call.EndSending();
        Assert.Equal([100], await call.ReadAsync(Cancel));
        Assert.Null(await call.ReadAsync(Cancel));
        Assert.Equal("0", call.Response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Long_messages_pass_both_ways_at_once()
    {
        const int Length = 12_000_000;
        await using var mesh = await StartAsync(async context =>
        {
            await context.Response.StartAsync();
            var sending = context.Response.Body.WriteAsync(GrpcStream.Framed([.. Enumerable.Repeat((byte)7, Length)])).AsTask();
            var message = await GrpcStream.ReadAsync(context.Request.Body, Cancel);
            await sending;
            await context.Response.Body.WriteAsync(GrpcStream.Framed([message is { Length: Length } && message.All(unit => unit == 9) ? (byte)1 : (byte)0]));
            context.Response.AppendTrailer("grpc-status", "0");
        });
        using var call = Call(mesh);
        var sending = call.SendAsync([.. Enumerable.Repeat((byte)9, Length)]);

        var first = await call.ReadAsync(Cancel);

        await sending;
        call.EndSending();
        Assert.Equal(Length, first!.Count(unit => unit == 7));
        Assert.Equal([1], await call.ReadAsync(Cancel));
        Assert.Null(await call.ReadAsync(Cancel));
        Assert.Equal("0", call.Response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task A_status_without_messages_comes_in_the_head()
    {
        await using var mesh = await StartAsync(context =>
        {
            context.Response.Headers["grpc-status"] = "5";
            context.Response.Headers["grpc-message"] = "no%20such%25";
            return Task.CompletedTask;
        });
        using var call = Call(mesh);
        call.EndSending();

        Assert.Null(await call.ReadAsync(Cancel));

        Assert.Equal("5", call.Response.Headers.GetValues("grpc-status").Single());
        Assert.Equal("no%20such%25", call.Response.Headers.GetValues("grpc-message").Single());
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["grpc_response_status"] = "5" }, Cancel);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_status_in_trailers_without_messages_arrives(bool startsFirst)
    {
        await using var mesh = await StartAsync(async context =>
        {
            if (startsFirst)
            {
                await context.Response.StartAsync();
            }

            context.Response.AppendTrailer("grpc-status", "7");
        });
        using var call = Call(mesh);
        call.EndSending();

        Assert.Null(await call.ReadAsync(Cancel));

        Assert.Equal("7", call.Response.TrailingHeaders.GetValues("grpc-status").Single());
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["grpc_response_status"] = "7" }, Cancel);
    }

    [Fact]
    public async Task A_status_before_the_client_has_sent_all_arrives_at_once()
    {
        await using var mesh = await StartAsync(context =>
        {
            context.Response.Headers["grpc-status"] = "8";
            return Task.CompletedTask;
        });
        using var call = Call(mesh);

        await call.SendAsync([1]);
        await call.Answered;

        Assert.Equal("8", call.Response.Headers.GetValues("grpc-status").Single());
        call.EndSending();
    }

    [Fact]
    public async Task A_client_that_cancels_cancels_the_server()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mesh = await StartAsync(async context =>
        {
            context.RequestAborted.Register(() => cancelled.TrySetResult());
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            await cancelled.Task;
        });
        using var call = Call(mesh);
        await call.SendAsync([1]);
        await call.Answered;

        call.Response.Dispose();

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(75), Cancel);
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "DC", ["response_code"] = "200" }, Cancel);
        call.EndSending();
    }

    [Theory]
    [InlineData(7)] // REFUSED_STREAM
    [InlineData(8)] // CANCEL
    [InlineData(11)] // ENHANCE_YOUR_CALM
    public async Task A_stream_that_the_server_resets_before_its_answer_is_unavailable(int code)
    {
        await using var mesh = await StartAsync(context =>
        {
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(code);
            return Task.CompletedTask;
        });
        using var call = Call(mesh);
        call.EndSending();

        await call.Answered;

        Assert.Equal("14", call.Response.Headers.GetValues("grpc-status").Single());
        Assert.EndsWith("reset reason: remote reset", call.Response.Headers.GetValues("grpc-message").Single());
        await TestMesh.SampleAsync(mesh.BetaAddress, "istio_requests_total", new Dictionary<string, string> { ["grpc_response_status"] = "14", ["response_code"] = "200" }, Cancel);
        Assert.Contains("response_flags=\"UR", await TestMesh.MetricsAsync(mesh.BetaAddress, Cancel));
    }

    [Fact]
    public async Task A_stream_that_the_server_resets_in_its_answer_is_reset_for_the_client()
    {
        await using var mesh = await StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync(GrpcStream.Framed([1]));
            await context.Response.Body.FlushAsync();
            await GrpcStream.ReadAsync(context.Request.Body, Cancel);
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(2);
        });
        using var call = Call(mesh);

        Assert.Equal([1], await call.ReadAsync(Cancel));
        await call.SendAsync([2]);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => call.ReadAsync(Cancel));
        Assert.IsType<HttpProtocolException>(error.GetBaseException());
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "UR", ["response_code"] = "200" }, Cancel);
        call.EndSending();
    }

    [Fact]
    public async Task A_deadline_reaches_the_server()
    {
        await using var mesh = await StartAsync(context =>
        {
            context.Response.Headers["grpc-status"] = "0";
            context.Response.Headers["x-timeout"] = context.Request.Headers["grpc-timeout"];
            context.Response.Headers["x-te"] = context.Request.Headers.TE;
            return Task.CompletedTask;
        });
        using var call = Call(mesh, "55S");
        call.EndSending();

        await call.Answered;

        Assert.Equal("55S", call.Response.Headers.GetValues("x-timeout").Single());
        Assert.Equal("trailers", call.Response.Headers.GetValues("x-te").Single());
    }

    [Fact]
    public async Task A_refusal_of_several_lines_is_one_header()
    {
        await using var mesh = await TestMesh.StartAsync(
            _ => Task.CompletedTask,
            Cancel,
            (kind, resources) =>
            {
                if (kind == "routes")
                {
                    var route = IstioResources.RouteOfBeta(resources).AsObject();
                    route.Remove("route");
                    route["directResponse"] = new System.Text.Json.Nodes.JsonObject { ["status"] = 503, ["body"] = new System.Text.Json.Nodes.JsonObject { ["inlineString"] = "100 %\nclosed" } };
                }
            });
        using var call = Call(mesh);
        call.EndSending();

        await call.Answered;

        Assert.Equal("100 %25%0Aclosed", call.Response.Headers.GetValues("grpc-message").Single());
        Assert.Equal("14", call.Response.Headers.GetValues("grpc-status").Single());
    }

    private static GrpcStream Call(TestMesh mesh, string? timeout = null) => GrpcStream.Start(mesh.Tunnel("beta.demo:8000"), Method, timeout, Cancel);

    private static Task<TestMesh> StartAsync(RequestDelegate serve) => TestMesh.StartAsync(
        context =>
        {
            context.Response.ContentType = "application/grpc";
            return serve(context);
        },
        Cancel,
        ResourceEdits.SpeakHttp2,
        HttpProtocols.Http2);
}
