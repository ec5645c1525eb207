using System.Text.RegularExpressions;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Requests;

/// <summary>What the controllers of a cluster and kubectl ask, sent as they send it: no request may meet a path, method or media type that is not known here.</summary>
public sealed partial class RecordedRequestTests
{
    /// <summary>What every of these requests finds: a namespace, and in it (and beside it) an object of each kind that is asked for by name.</summary>
    private const string Namespace = "shop";

    [Fact]
    public async Task What_controllers_read_is_answered_in_the_first_type_they_accept()
    {
        await using var server = await StartAsync();
        var failures = new List<string>();
        foreach (var row in RecordedRows.Read("requests-by-controllers.tsv").Where(row => row[1] is "GET" or "DELETE"))
            await CheckAsync(server, row[1], row[2], row[3], FirstType(row[2], row[3]), failures);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task What_controllers_write_is_of_known_paths_and_types()
    {
        await using var server = await StartAsync();
        var failures = new List<string>();
        foreach (var row in RecordedRows.Read("requests-by-controllers.tsv").Where(row => row[1] is "POST" or "PUT" or "PATCH"))
        {
            using var request = new HttpRequestMessage(new HttpMethod(row[1]), Fill(row[2], "0"));
            request.Headers.TryAddWithoutValidation("Accept", row[3]);
            request.Content = new ByteArrayContent([]);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", row[4]);
            using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            // The body is missing, so the refusal has to be about the body.
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if ((int)response.StatusCode is 405 or 406 or 415 or 500 || text.Contains("could not find the requested resource", StringComparison.Ordinal))
                failures.Add($"{row[1]} {row[2]} ({row[4]}): {(int)response.StatusCode} {text}");
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task What_kubectl_reads_is_answered_in_the_recorded_type()
    {
        await using var server = await StartAsync();
        var failures = new List<string>();
        foreach (var row in RecordedRows.Read("reads-by-kubectl.tsv")) await CheckAsync(server, row[0], row[1], row[2], row[3], failures);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{Namespace}}}"}}""");
        return server;
    }

    /// <summary>An object that is not there is answered well too: by a Status that says so, in the same type.</summary>
    private static async Task CheckAsync(RunningServer server, string method, string path, string accept, string type, List<string> failures)
    {
        var (_, list) = await server.SendAsync("GET", "/api/v1/configmaps?limit=1");
        var filled = Fill(path, list["metadata"]!["resourceVersion"]!.ToString()).Replace("{token}", list["metadata"]!["continue"]!.ToString(), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), filled);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var ours = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) ? types.ToString() : "";
        var reads = response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var isThere = response.IsSuccessStatusCode || ((int)response.StatusCode == 404 && reads.Contains("NotFound", StringComparison.Ordinal) && reads.Contains("\" not found", StringComparison.Ordinal));
        if (!isThere) failures.Add($"{method} {filled}: {(int)response.StatusCode} {reads}");
        else if (response.IsSuccessStatusCode && ours != type) failures.Add($"{method} {filled} ({accept}): {ours}, not {type}");
    }

    private static string FirstType(string path, string accept)
    {
        if (path == "/healthz") return "text/plain; charset=utf-8";
        // Whole custom resources have no protobuf form.
        if (path.Contains(".istio.io/", StringComparison.Ordinal) && !accept.Contains("as=", StringComparison.Ordinal)) return "application/json";
        var first = accept.Split(',')[0];
        if (first.Contains("APIGroupDiscoveryList", StringComparison.Ordinal)) return first;
        return first.Split(';')[0] + (path.Contains("watch=true", StringComparison.Ordinal) && first.Contains("protobuf", StringComparison.Ordinal) ? ";stream=watch" : "");
    }

    private static string Fill(string path, string revision) => NamespaceName.Replace(path, $"/namespaces/{Namespace}/")
        .Replace("{ns}", Namespace, StringComparison.Ordinal)
        .Replace("{name}", "web", StringComparison.Ordinal)
        .Replace("{rv}", revision, StringComparison.Ordinal)
        .Replace("{n}", "1", StringComparison.Ordinal)
        .Replace("?hash={hash}&", "?", StringComparison.Ordinal)
        .Replace("{uid}", Guid.Empty.ToString(), StringComparison.Ordinal);

    [GeneratedRegex("/namespaces/{name}/")]
    private static partial Regex NamespaceName { get; }
}
