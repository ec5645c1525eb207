using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Weft.EndToEnd;

/// <summary>A real Prometheus takes the embedded store's place: it scrapes the same sidecars and answers the same queries.</summary>
[Collection(TravelsCollection.Name)]
public sealed class PrometheusTests(TravelsMesh mesh)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_prometheus_scrapes_the_sidecars_and_knows_the_same_series()
    {
        using var folder = new TemporaryFolder();
        var port = FreePorts.Take(1)[0];
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "prometheus.yml"), await ConfigurationAsync(), Cancellation);
        using var prometheus = Process.Start(new ProcessStartInfo(
            "prometheus",
            [$"--config.file={folder.Path}/prometheus.yml", $"--storage.tsdb.path={folder.Path}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]))!;
        try
        {
            // Label sets, not values: the two scrape at different instants.
            const string requests = "count by (reporter, source_workload, destination_workload, destination_service, request_protocol, response_code, connection_security_policy) (istio_requests_total)";
            const string tcp = "count by (reporter, source_workload, destination_workload, destination_service) (istio_tcp_sent_bytes_total)";
            foreach (var query in (string[])[requests, tcp])
            {
                await Eventually.Async(
                    async () => (Real: await SeriesAsync(new Uri($"http://127.0.0.1:{port}/"), query), Embedded: await SeriesAsync(mesh.Weft.Prometheus, query)),
                    answers => answers.Real.Contains('\n', StringComparison.Ordinal) && answers.Real == answers.Embedded,
                    Cancellation);
            }
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync(CancellationToken.None);
        }
    }

    private async Task<string> ConfigurationAsync()
    {
        // Only pods that have started have an address.
        (await Shell.KubectlAsync(mesh.Weft, Cancellation, "wait", "deployment", "--all", "-A", "--for=condition=Available", "--timeout=90s")).Succeeded();
        var addresses = (await Shell.KubectlAsync(
            mesh.Weft, Cancellation, "get", "pods", "-A", "-l", "security.istio.io/tlsMode=istio", "-o", "jsonpath={range .items[*]}{.status.podIP} {end}")).Succeeded();
        var configuration = new StringBuilder("""
            global: {scrape_interval: 1s}
            scrape_configs:
            - job_name: kubernetes-pods
              metrics_path: /stats/prometheus
              static_configs:
              - targets: [
            """);
        configuration.AppendJoin(", ", addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(address => $"'{address}:15020'"));
        return configuration.AppendLine("]").ToString();
    }

    private static async Task<string> SeriesAsync(Uri prometheus, string query)
    {
        using var http = new HttpClient { BaseAddress = prometheus };
        try
        {
            var answer = JsonNode.Parse(await http.GetStringAsync(new Uri("api/v1/query?query=" + Uri.EscapeDataString(query), UriKind.Relative), Cancellation))!;
            return string.Join('\n', answer["data"]!["result"]!.AsArray().Select(series => Labels(series!["metric"]!.AsObject())).Order(StringComparer.Ordinal));
        }
        catch (HttpRequestException)
        {
            return ""; // it is only starting
        }
    }

    private static string Labels(JsonObject metric) =>
        string.Join(", ", metric.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}
