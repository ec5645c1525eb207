using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Weft.Observability.Http;

namespace Weft.Observability.Metrics;

/// <summary>
/// A client of the Prometheus HTTP API, the embedded store's or a real one's. Safe for parallel use; holds no state but a
/// budget of repeats and the HTTP client, which its owner disposes. Every failure is a <see cref="MetricsQueryException"/>, except cancellation by the caller.
/// </summary>
public sealed class PrometheusClient(HttpClient http, PrometheusClientOptions options, TimeProvider time)
{
    private readonly RepeatedHttp _http = new(http, time);
    private readonly string _root = options.Endpoint.AbsoluteUri.TrimEnd('/') + "/api/v1/";

    /// <summary>The result of a query at one time; at the store's present time when <paramref name="at"/> is null.</summary>
    public Task<QueryResult> QueryAsync(string query, DateTimeOffset? at, CancellationToken cancellationToken) =>
        PostAsync("query", query, InstantForm(query, at), PrometheusResponse.ReadQueryResult, cancellationToken);

    /// <summary>As <see cref="QueryAsync"/>, for a query whose result is an instant vector.</summary>
    public async Task<ImmutableArray<VectorSample>> QueryVectorAsync(string query, DateTimeOffset? at, CancellationToken cancellationToken) =>
        await QueryAsync(query, at, cancellationToken) is VectorResult vector ? vector.Samples : throw NotA("vector", query);

    /// <summary>A range query: always a matrix.</summary>
    public async Task<ImmutableArray<MatrixSeries>> QueryRangeAsync(string query, QueryRange range, CancellationToken cancellationToken)
    {
        var result = await PostAsync("query_range", query, RangeForm(query, range), PrometheusResponse.ReadQueryResult, cancellationToken);
        return result is MatrixResult matrix ? matrix.Series : throw NotA("matrix", query);
    }

    /// <summary>The label sets of series that any of the selectors matches within the time range.</summary>
    public Task<ImmutableArray<LabelSet>> SeriesAsync(ImmutableArray<string> matchers, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken) =>
        PostAsync("series", string.Join(" or ", matchers), MatchForm(matchers, start, end), PrometheusResponse.ReadLabelSets, cancellationToken);

    /// <summary>Label names in use; of the matching series only when there are selectors.</summary>
    public Task<ImmutableArray<string>> LabelNamesAsync(ImmutableArray<string> matchers, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken) =>
        PostAsync("labels", string.Join(" or ", matchers), MatchForm(matchers, start, end), PrometheusResponse.ReadStrings, cancellationToken);

    /// <summary>Values of one label; of the matching series only when there are selectors.</summary>
    public Task<ImmutableArray<string>> LabelValuesAsync(string label, ImmutableArray<string> matchers, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken) =>
        GetAsync($"label/{Uri.EscapeDataString(label)}/values?{QueryString(MatchForm(matchers, start, end))}", PrometheusResponse.ReadStrings, cancellationToken);

    /// <summary>What is known of each metric: several entries when targets disagree.</summary>
    public Task<ImmutableDictionary<string, ImmutableArray<MetricMetadata>>> MetadataAsync(CancellationToken cancellationToken) =>
        GetAsync("metadata", PrometheusResponse.ReadMetadata, cancellationToken);

    public Task<PrometheusBuild> BuildInfoAsync(CancellationToken cancellationToken) =>
        GetAsync("status/buildinfo", PrometheusResponse.ReadBuild, cancellationToken);

    public Task<PrometheusConfiguration> ConfigurationAsync(CancellationToken cancellationToken) =>
        GetAsync("status/config", PrometheusResponse.ReadConfiguration, cancellationToken);

    public Task<PrometheusFlags> FlagsAsync(CancellationToken cancellationToken) =>
        GetAsync("status/flags", PrometheusResponse.ReadFlags, cancellationToken);

    private static MetricsQueryException NotA(string type, string query) =>
        new(query, MetricsQueryError.InvalidResponse, "", $"expected a {type}");

    private List<KeyValuePair<string, string>> InstantForm(string query, DateTimeOffset? at)
    {
        List<KeyValuePair<string, string>> form = [new("query", query), TimeoutField()];
        if (at is { } instant)
            form.Add(new("time", Timestamp(instant)));
        return form;
    }

    private List<KeyValuePair<string, string>> RangeForm(string query, QueryRange range) =>
    [
        new("query", query),
        new("start", Timestamp(range.Start)),
        new("end", Timestamp(range.End)),
        new("step", range.Step.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
        TimeoutField(),
    ];

    private static List<KeyValuePair<string, string>> MatchForm(ImmutableArray<string> matchers, DateTimeOffset start, DateTimeOffset end) =>
    [
        .. matchers.Select(static matcher => new KeyValuePair<string, string>("match[]", matcher)),
        new("start", Timestamp(start)),
        new("end", Timestamp(end)),
    ];

    private KeyValuePair<string, string> TimeoutField() => new("timeout", PromText.FormatDuration(options.Timeout));

    private static string Timestamp(DateTimeOffset instant) =>
        (instant.ToUnixTimeMilliseconds() / 1000m).ToString(CultureInfo.InvariantCulture);

    private static string QueryString(List<KeyValuePair<string, string>> form) =>
        string.Join('&', form.Select(static field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));

    private Task<T> PostAsync<T>(string path, string query, List<KeyValuePair<string, string>> form, ResponseReader<T> read, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, query, form, read, cancellationToken);

    private Task<T> GetAsync<T>(string path, ResponseReader<T> read, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, path, null, read, cancellationToken);

    private async Task<T> SendAsync<T>(HttpMethod method, string path, string query, List<KeyValuePair<string, string>>? form, ResponseReader<T> read, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(cancelled => RequestAsync(method, path, form, cancelled), IsPrometheusOwn, either.Token);
            return await ReadAsync(response, query, read, either.Token);
        }
        catch (OperationCanceledException cause) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MetricsQueryException(query, MetricsQueryError.Timeout, "", $"no answer within {PromText.FormatDuration(options.Timeout)}", cause);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw new MetricsQueryException(query, MetricsQueryError.Unreachable, "", cause.Message, cause);
        }
        catch (JsonException cause)
        {
            throw new MetricsQueryException(query, MetricsQueryError.InvalidResponse, "", cause.Message, cause);
        }
    }

    private async ValueTask<HttpRequestMessage> RequestAsync(HttpMethod method, string path, List<KeyValuePair<string, string>>? form, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, _root + path) { Content = form is null ? null : new FormUrlEncodedContent(form) };
        foreach (var (name, value) in options.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (options.BearerToken is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token(cancellationToken));
        return request;
    }

    /// <summary>Prometheus says 503 itself when a query took too long: it would again.</summary>
    private static bool IsPrometheusOwn(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == "application/json";

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, string query, ResponseReader<T> read, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        // A byte more than announced, so that the end is seen without growing.
        var body = ArrayPool<byte>.Shared.Rent((int)Math.Clamp((response.Content.Headers.ContentLength ?? 16383) + 1, 256, 1 << 20));
        try
        {
            var length = 0;
            int count;
            while ((count = await stream.ReadAsync(body.AsMemory(length), cancellationToken)) > 0)
            {
                length += count;
                if (length > options.MaxResponseSize)
                    throw new MetricsQueryException(query, MetricsQueryError.InvalidResponse, "", $"the answer exceeds {options.MaxResponseSize} bytes");
                if (length == body.Length)
                    body = Grown(body);
            }

            return PrometheusResponse.Read(query, (int)response.StatusCode, body.AsSpan(0, length), read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private static byte[] Grown(byte[] body)
    {
        var grown = ArrayPool<byte>.Shared.Rent(2 * body.Length);
        body.CopyTo(grown, 0);
        ArrayPool<byte>.Shared.Return(body);
        return grown;
    }
}
