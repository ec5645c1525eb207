using System.Collections.Immutable;
using System.Net.Sockets;
using Weft.Observability.Traces;
using Weft.Observability.Traces.Jaeger;
using Weft.Observability.Traces.Tempo;

namespace Weft.Console.Traces;

/// <summary>A tracing backend that answers, and where.</summary>
public sealed record FoundBackend(string Provider, Uri Url);

/// <summary>
/// Looks for a tracing backend on the host of the configured one, at the ports and paths where Jaeger and Tempo usually are: for who has configured the wrong one of them.
/// Both are asked over HTTP.
/// </summary>
public sealed class TracingDiscovery(HttpClient http, TimeProvider time, ImmutableArray<int> ports)
{
    private static readonly TimeSpan PortLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    /// <summary>Those that Kiali tries and that speak HTTP: of Jaeger, of gateways, of Tempo.</summary>
    public static ImmutableArray<int> UsualPorts { get; } = [16686, 80, 3200, 3100, 8080, 443];

    /// <summary>What was tried, and what answered as a backend does.</summary>
    public async Task<(ImmutableArray<DiagnosisStep> Steps, ImmutableArray<FoundBackend> Found)> FindAsync(Uri configured, CancellationToken cancellationToken)
    {
        var steps = ImmutableArray.CreateBuilder<DiagnosisStep>();
        var found = ImmutableArray.CreateBuilder<FoundBackend>();
        var open = await Task.WhenAll(ports.Select(async port => (Port: port, IsOpen: await IsOpenAsync(configured.Host, port, cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);
        foreach (var (port, _) in open.Where(one => one.IsOpen))
        {
            steps.Add(new DiagnosisStep(time.GetUtcNow(), "Checking open ports", $"[Ok] Port {port} is open"));
            foreach (var candidate in Candidates(configured, port))
            {
                var failure = await TracingDiagnosis.ProbeAsync(SourceOf(candidate), cancellationToken).ConfigureAwait(false);
                steps.Add(new DiagnosisStep(time.GetUtcNow(), $"Asked {candidate.Provider}", failure is null ? $"[Ok] {candidate.Url} answers" : $"[Error] {failure}"));
                if (failure is null)
                {
                    found.Add(candidate);
                }
            }
        }

        return (steps.ToImmutable(), found.ToImmutable());
    }

    /// <summary>Under the configured path (a tenant's), under Istio's for Jaeger, and under none.</summary>
    private static IEnumerable<FoundBackend> Candidates(Uri configured, int port)
    {
        var root = new UriBuilder(port == 443 ? "https" : configured.Scheme, configured.Host, port).Uri;
        string[] own = configured.AbsolutePath.Trim('/') is { Length: > 0 } path ? [path] : [];
        return own.Concat(["jaeger", ""]).Distinct().Select(below => new FoundBackend("jaeger", new Uri(root, below)))
            .Concat(own.Append("").Distinct().Select(below => new FoundBackend("tempo", new Uri(root, below))));
    }

    private ITraceSource SourceOf(FoundBackend candidate)
    {
        var options = new TraceClientOptions { Endpoint = candidate.Url, Timeout = AnswerLimit, MaxResponseSize = 4 * 1024 * 1024 };
        return candidate.Provider == "tempo" ? new TempoClient(http, options, time) : new JaegerClient(http, options, time);
    }

    private async Task<bool> IsOpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(PortLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
