using System.Net.Sockets;
using Weft.Observability.Metrics;
using Weft.Observability.Traces;
using Weft.Observability.Traces.Jaeger;
using Weft.Observability.Traces.Tempo;

namespace Weft.Observability.Http;

/// <summary>Real connections on which something goes wrong: each client says what, in its own exception, within its time and memory.</summary>
public sealed class ClientFaultTests
{
    private const int Limit = 1 << 20;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    public static TheoryData<string, string, string> Faults
    {
        get
        {
            var faults = new TheoryData<string, string, string>();
            foreach (var client in new[] { "prometheus", "jaeger", "tempo" })
            {
                faults.Add(client, "hangs", "Timeout");
                faults.Add(client, "drips", "Timeout");
                faults.Add(client, "talks no HTTP", "Unreachable");
                faults.Add(client, "answers garbage", "InvalidResponse");
                faults.Add(client, "answers ten megabytes", "InvalidResponse");
                faults.Add(client, "resets at once", "Unreachable");
                faults.Add(client, "resets in the middle", "Unreachable");
                faults.Add(client, "redirects in a circle", "Rejected");
                faults.Add(client, "refuses", "Rejected");
            }

            return faults;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_of_the_connection_has_a_name(string client, string fault, string expected)
    {
        await using var server = new FaultyServer(Answer(fault));
        using var http = new HttpClient();
        var patience = expected == "Timeout" ? TimeSpan.FromSeconds(1) : Long;
        Assert.Equal(expected, await FailureAsync(Asking(client, http, server.Address, patience)));
    }

    [Theory]
    [InlineData("prometheus")]
    [InlineData("jaeger")]
    [InlineData("tempo")]
    public async Task One_bad_gateway_is_asked_again_and_a_hundred_are_not(string client)
    {
        var requests = 0;
        await using var server = new FaultyServer(async (_, stream, cancellationToken) =>
        {
            var isFirst = Interlocked.Increment(ref requests) == 1;
            await stream.WriteAsync(isFirst ? FaultyServer.Head("502 Bad Gateway", "Content-Length: 0") : Good(client), cancellationToken);
            await stream.Socket.DisconnectAsync(reuseSocket: false, cancellationToken);
        });
        using var http = new HttpClient();
        Assert.Equal("", await FailureAsync(Asking(client, http, server.Address, Long)));
        Assert.Equal(2, server.Requests);

        await using var dead = new FaultyServer(async (_, stream, cancellationToken) =>
        {
            await stream.WriteAsync(FaultyServer.Head("502 Bad Gateway", "Content-Length: 0"), cancellationToken);
            await stream.Socket.DisconnectAsync(reuseSocket: false, cancellationToken);
        });
        var ask = Asking(client, http, dead.Address, Long);
        for (var i = 0; i < 100; i++)
            Assert.NotEqual("", await FailureAsync(ask));
        Assert.InRange(dead.Requests, 110, 132);
    }

    [Fact]
    public async Task Prometheus_own_503_is_its_last_word()
    {
        await using var server = new FaultyServer(async (_, stream, cancellationToken) =>
        {
            await stream.WriteAsync(FaultyServer.Head("503 Service Unavailable", "Content-Type: application/json"), cancellationToken);
            await stream.WriteAsync("""{"status":"error","errorType":"timeout","error":"query timed out"}"""u8.ToArray(), cancellationToken);
            await stream.Socket.DisconnectAsync(reuseSocket: false, cancellationToken);
        });
        using var http = new HttpClient();
        Assert.Equal("Rejected", await FailureAsync(Asking("prometheus", http, server.Address, Long)));
        Assert.Equal(1, server.Requests);
    }

    private static Func<FaultyServer, NetworkStream, CancellationToken, Task> Answer(string fault) => fault switch
    {
        "hangs" => (_, _, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken),
        "drips" => DripAsync,
        "talks no HTTP" => (_, stream, cancellationToken) => EndAsync(stream, "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), cancellationToken),
        "answers garbage" => (_, stream, cancellationToken) => EndAsync(stream, [.. FaultyServer.Head("200 OK"), .. "<html>{{{"u8], cancellationToken),
        "answers ten megabytes" => (_, stream, cancellationToken) => EndAsync(stream, [.. FaultyServer.Head("200 OK"), .. new byte[10 << 20]], cancellationToken),
        "resets at once" => (_, _, _) => Task.CompletedTask,
        "resets in the middle" => async (_, stream, cancellationToken) =>
            await stream.WriteAsync((byte[])[.. FaultyServer.Head("200 OK", "Content-Length: 5000"), .. "{\"status\":\"success\",\"data\":{"u8], cancellationToken),
        "redirects in a circle" => (server, stream, cancellationToken) => EndAsync(stream, FaultyServer.Head("302 Found", $"Location: {server.Address}", "Content-Length: 0"), cancellationToken),
        _ => (_, stream, cancellationToken) => EndAsync(stream, [.. FaultyServer.Head("401 Unauthorized", "Content-Length: 12"), .. "Unauthorized"u8], cancellationToken),
    };

    private static async Task DripAsync(FaultyServer server, NetworkStream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(FaultyServer.Head("200 OK", "Content-Length: 100000"), cancellationToken);
        while (true)
        {
            await stream.WriteAsync(" "u8.ToArray(), cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    private static async Task EndAsync(NetworkStream stream, byte[] bytes, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(bytes, cancellationToken);
        await stream.Socket.DisconnectAsync(reuseSocket: false, cancellationToken);
    }

    private static byte[] Good(string client) =>
    [
        .. FaultyServer.Head("200 OK", "Content-Type: application/json"),
        .. client switch
        {
            "prometheus" => """{"status":"success","data":{"resultType":"vector","result":[]}}"""u8,
            "jaeger" => """{"data":[]}"""u8,
            _ => """{"traces":[]}"""u8,
        },
    ];

    /// <summary>The failure's kind; empty when there is none.</summary>
    private static async Task<string> FailureAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return "";
        }
        catch (MetricsQueryException failure)
        {
            return failure.Error.ToString();
        }
        catch (TraceQueryException failure)
        {
            return failure.Error.ToString();
        }
    }

    private static Func<Task> Asking(string client, HttpClient http, Uri address, TimeSpan patience)
    {
        if (client == "prometheus")
        {
            var prometheus = new PrometheusClient(http, new PrometheusClientOptions { Endpoint = address, Timeout = patience, MaxResponseSize = Limit }, TimeProvider.System);
            return () => prometheus.QueryVectorAsync("up", null, TestContext.Current.CancellationToken);
        }

        var options = new TraceClientOptions { Endpoint = address, Timeout = patience, MaxResponseSize = Limit };
        ITraceSource source = client == "jaeger" ? new JaegerClient(http, options, TimeProvider.System) : new TempoClient(http, options, TimeProvider.System);
        var query = new TraceQuery { Service = "shop", Start = DateTimeOffset.UnixEpoch, End = DateTimeOffset.UnixEpoch.AddDays(1) };
        return () => source.FindAsync(query, TestContext.Current.CancellationToken);
    }
}
