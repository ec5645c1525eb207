using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;
using Weft.Console.Caching;
using Weft.Console.Settings;

namespace Weft.Console.Links;

/// <summary>A dashboard elsewhere that pages lead to, with the parameters that it takes.</summary>
public sealed record DashboardLink(Uri Url, DashboardLinkSettings Dashboard);

/// <summary>The server of the dashboards cannot be asked, or does not answer as it should; in words for the one who asks.</summary>
public sealed class LinksException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// Finds the configured dashboards in Grafana (by its search) or Perses (by their names): only those that are there are linked.
/// What was found is kept for a minute. Safe for parallel use.
/// </summary>
public sealed class DashboardLinks(string product, LinkSettings settings, HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly SharedResults<string, ImmutableArray<DashboardLink>> _found = new(TimeSpan.FromMinutes(1), capacity: 1, time);

    public const string Grafana = "Grafana";

    public const string Perses = "Perses";

    public LinkSettings Settings => settings;

    public string Product => product;

    /// <summary>The dashboards that are there, in the configured order.</summary>
    /// <exception cref="LinksException">The server did not answer.</exception>
    public Task<ImmutableArray<DashboardLink>> ReadAsync(CancellationToken cancellationToken) => _found.GetAsync("", FindAsync, cancellationToken);

    private async Task<ImmutableArray<DashboardLink>> FindAsync()
    {
        var external = settings.ExternalUrl ?? throw new LinksException($"{product} URL is not set in the configuration (external_services.{product.ToLowerInvariant()}.external_url)");
        var asked = settings.Dashboards.Select(async dashboard => await FindAsync(external, dashboard).ConfigureAwait(false) is { } url ? new DashboardLink(url, dashboard) : null);
        return [.. (await Task.WhenAll(asked).ConfigureAwait(false)).OfType<DashboardLink>()];
    }

    private async Task<Uri?> FindAsync(Uri external, DashboardLinkSettings dashboard)
    {
        var asked = settings.InternalUrl ?? external;
        if (product == Perses)
        {
            // Perses knows a dashboard by a name without spaces or capitals.
            var path = $"projects/{Uri.EscapeDataString(settings.Project)}/dashboards/{Uri.EscapeDataString(dashboard.Name.ToLowerInvariant().Replace(' ', '-'))}";
            return await AskAsync(Join(asked, $"api/v1/{path}"), static answer => answer.ValueKind == JsonValueKind.Object ? "" : null).ConfigureAwait(false) is null ? null : Join(external, path);
        }

        var search = Join(asked, "api/search", $"query={Uri.EscapeDataString(dashboard.Name)}");
        var url = await AskAsync(search, static found => found.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first && first.TryGetProperty("url", out var url) ? url.GetString() : null).ConfigureAwait(false);
        return string.IsNullOrEmpty(url) ? null
            // With a path of its own Grafana may tell whole addresses, or such as have that path already.
            : url.StartsWith(external.GetLeftPart(UriPartial.Path), StringComparison.Ordinal) ? new Uri(url + external.Query)
            : Join(external, url.TrimStart('/'));
    }

    /// <summary>What is read of the answer; null where the server knows no such thing.</summary>
    private async Task<string?> AskAsync(Uri address, Func<JsonElement, string?> read)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (settings.Authorization.Length > 0)
        {
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(settings.Authorization);
        }

        try
        {
            using var response = await http.SendAsync(request, limit.Token).ConfigureAwait(false);
            if (product == Perses && response.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                return null;
            }

            var body = await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new LinksException($"error from {product} ({(int)response.StatusCode}): {Reason(body)}");
            }

            using var json = JsonDocument.Parse(body);
            return read(json.RootElement);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            throw new LinksException($"{product} does not answer at {address.GetLeftPart(UriPartial.Authority)}", failure);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or UriFormatException)
        {
            throw new LinksException($"{product} does not answer as it should at {address.GetLeftPart(UriPartial.Authority)}", failure);
        }
    }

    private static string Reason(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("message", out var message) ? message.GetString() ?? "" : "unknown error";
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return "unknown error";
        }
    }

    /// <summary>A path below an address, which keeps its query (an organisation of Grafana's).</summary>
    private static Uri Join(Uri address, string path, string query = "")
    {
        var both = string.Join('&', new[] { query, address.Query.TrimStart('?') }.Where(part => part.Length > 0));
        return new Uri($"{address.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path}{(both.Length > 0 ? "?" + both : "")}");
    }
}
