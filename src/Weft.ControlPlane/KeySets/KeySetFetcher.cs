using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weft.Istio.Security;

namespace Weft.ControlPlane.KeySets;

/// <summary>
/// Fetches the keys of token issuers that RequestAuthentications name by address, or leave to OpenID discovery, and keeps them fresh: every 20 minutes, after
/// a failure in 1 minute and then ever later up to 60, as istiod does. Keys that were fetched once stay in force while they cannot be fetched anew.
/// </summary>
internal sealed partial class KeySetFetcher(HttpMessageHandler handler, TimeProvider time, ILogger<KeySetFetcher> logger) : IDisposable
{
    private const int LargestAnswer = 1024 * 1024;
    private const string DiscoveryPath = "/.well-known/openid-configuration";

    private static readonly TimeSpan s_refresh = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_lastRetry = TimeSpan.FromMinutes(60);

    private readonly HttpClient _client = new(handler, disposeHandler: false) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = LargestAnswer };

    /// <summary>Only the newest wish counts.</summary>
    private readonly Channel<ImmutableHashSet<KeySetSource>> _wishes =
        Channel.CreateBounded<ImmutableHashSet<KeySetSource>>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Dictionary<KeySetSource, Schedule> _schedules = [];
    private volatile ImmutableDictionary<KeySetSource, string> _current = ImmutableDictionary<KeySetSource, string>.Empty;
    private ImmutableHashSet<KeySetSource> _wanted = [];

    /// <summary>What has been fetched; the same object until something changes.</summary>
    public ImmutableDictionary<KeySetSource, string> Current => _current;

    /// <summary>Says which keys are wanted from now on. Others are forgotten.</summary>
    public void Want(IEnumerable<RequestAuthentication> policies)
    {
        var wanted = policies.SelectMany(policy => policy.Spec.JwtRules).Where(rule => string.IsNullOrEmpty(rule.Jwks)).Select(KeySetSource.Of).ToImmutableHashSet();
        if (!wanted.SetEquals(_wanted))
        {
            _wanted = wanted;
            _wishes.Writer.TryWrite(wanted);
        }
    }

    /// <summary>Fetches until cancelled; calls back after each change of <see cref="Current"/>.</summary>
    public async Task RunAsync(Action changed, CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitAsync(cancellationToken);
            if (_wishes.Reader.TryRead(out var wanted))
            {
                Adopt(wanted);
            }

            foreach (var source in _schedules.Where(entry => entry.Value.Due <= time.GetUtcNow()).Select(entry => entry.Key).ToList())
            {
                if (await RefreshAsync(source, cancellationToken))
                {
                    changed();
                }
            }
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Until something else is wanted, or the next fetch is due.</summary>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wish = _wishes.Reader.WaitToReadAsync(woken.Token).AsTask();
        if (_schedules.Count == 0)
        {
            await wish;
            return;
        }

        var rest = _schedules.Values.Min(schedule => schedule.Due) - time.GetUtcNow();
        var due = Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, woken.Token);
        await Task.WhenAny(wish, due);
        await woken.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Adopt(ImmutableHashSet<KeySetSource> wanted)
    {
        foreach (var source in _schedules.Keys.Where(source => !wanted.Contains(source)).ToList())
        {
            _schedules.Remove(source);
        }

        foreach (var source in wanted)
        {
            _schedules.TryAdd(source, new Schedule(time.GetUtcNow(), s_firstRetry));
        }

        _current = _current.RemoveRange(_current.Keys.Where(source => !wanted.Contains(source)));
    }

    /// <summary>True when other keys than before were fetched.</summary>
    private async Task<bool> RefreshAsync(KeySetSource source, CancellationToken cancellationToken)
    {
        try
        {
            var keys = await FetchAsync(source, cancellationToken);
            _schedules[source] = new Schedule(time.GetUtcNow() + s_refresh, s_firstRetry);
            if (_current.TryGetValue(source, out var known) && known == keys)
            {
                return false;
            }

            _current = _current.SetItem(source, keys);
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or UriFormatException or InvalidOperationException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var retry = _schedules[source].Retry;
            _schedules[source] = new Schedule(time.GetUtcNow() + retry, retry * 2 < s_lastRetry ? retry * 2 : s_lastRetry);
            LogFetchFailed(source.Issuer, source.Uri, error.Message, retry);
            return false;
        }
    }

    private async Task<string> FetchAsync(KeySetSource source, CancellationToken cancellationToken)
    {
        var address = source.Uri;
        if (address.Length == 0)
        {
            var discovery = await ReadAsync($"{source.Issuer.TrimEnd('/')}{DiscoveryPath}", cancellationToken);
            address = discovery["jwks_uri"] is JsonValue value && value.TryGetValue<string>(out var stated) ? stated : throw new JsonException("the issuer's discovery names no jwks_uri");
        }

        var keys = await ReadAsync(address, cancellationToken);
        return keys["keys"] is JsonArray { Count: > 0 } ? keys.ToJsonString() : throw new JsonException("the key set has no keys");
    }

    private async Task<JsonObject> ReadAsync(string address, CancellationToken cancellationToken)
    {
        var uri = new Uri(address, UriKind.Absolute);
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
        {
            throw new UriFormatException($"{uri.Scheme} is not http or https");
        }

        var text = await _client.GetStringAsync(uri, cancellationToken);
        return JsonNode.Parse(text) as JsonObject ?? throw new JsonException("the answer is no JSON object");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of issuer {Issuer} {Uri} cannot be fetched: {Reason}. Tokens signed by keys that are not known are refused; next try in {Retry}")]
    private partial void LogFetchFailed(string issuer, string uri, string reason, TimeSpan retry);

    private sealed record Schedule(DateTimeOffset Due, TimeSpan Retry);
}
