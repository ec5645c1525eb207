using System.Net;
using Microsoft.Extensions.Logging;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

public sealed class AbortedRequestTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_client_that_leaves_in_the_middle_of_its_body_is_no_failure(string version)
    {
        using var logs = new CollectedLogs();
        await using (var server = await RunningServer.StartAsync(o => o with { LoggerFactory = logs }))
        {
            using var gone = new CancellationTokenSource();
            using var body = new HalfBody();
            using var request = new HttpRequestMessage(HttpMethod.Patch, $"{Maps}/kube-root-ca.crt") { Content = body, Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            var sending = server.Client.SendAsync(request, gone.Token);
            await body.HalfSent.WaitAsync(TestContext.Current.CancellationToken);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
            Assert.Equal(200, (await server.SendAsync("GET", Maps)).Code);
        }

        Assert.DoesNotContain(logs.Lines, l => l.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_client_that_leaves_a_watch_is_no_failure()
    {
        using var logs = new CollectedLogs();
        await using (var server = await RunningServer.StartAsync(o => o with { LoggerFactory = logs }))
        {
            using (var response = await server.Client.GetAsync($"{Maps}?watch=true", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await server.SendAsync("POST", Maps, """{"metadata":{"name":"seen-by-nobody"}}""");
        }

        Assert.DoesNotContain(logs.Lines, l => l.Level >= LogLevel.Warning);
    }

    /// <summary>Sends the beginning of a body and then nothing more.</summary>
    private sealed class HalfBody : HttpContent
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HalfBody() => Headers.TryAddWithoutValidation("Content-Type", "application/merge-patch+json");

        public Task HalfSent => _sent.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("{\"data\":"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _sent.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
