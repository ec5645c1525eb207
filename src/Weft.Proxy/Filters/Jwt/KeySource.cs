using System.Text;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters.Jwt;

/// <summary>Where the keys of a provider come from.</summary>
internal abstract class KeySource
{
    /// <exception cref="ResourceRejectedException">No source, or one that this proxy does not have.</exception>
    public static KeySource Create(string provider, JwtProvider config) => config.JwksSourceSpecifierCase switch
    {
        JwtProvider.JwksSourceSpecifierOneofCase.LocalJwks => new LocalKeys(config.LocalJwks),
        JwtProvider.JwksSourceSpecifierOneofCase.RemoteJwks => new RemoteKeys(provider, config.RemoteJwks),
        _ => throw new ResourceRejectedException($"JWT provider {provider} has no keys"),
    };

    /// <summary>The keys, or why there are none. One fetch serves all who wait for it.</summary>
    public abstract ValueTask<(JwtStatus Status, JsonWebKeySet? Keys)> GetAsync(ProxyContext proxy, CancellationToken cancellationToken);

    private sealed class LocalKeys : KeySource
    {
        private readonly (JwtStatus Status, JsonWebKeySet? Keys) _keys;

        public LocalKeys(DataSource source)
        {
            var json = source.SpecifierCase switch
            {
                DataSource.SpecifierOneofCase.InlineString => Encoding.UTF8.GetBytes(source.InlineString),
                DataSource.SpecifierOneofCase.InlineBytes => source.InlineBytes.ToByteArray(),
                _ => throw new ResourceRejectedException($"local_jwks by {source.SpecifierCase} is not supported"),
            };
            var status = JsonWebKeySet.TryParse(json, out var keys);
            _keys = (status, keys);
        }

        public override ValueTask<(JwtStatus Status, JsonWebKeySet? Keys)> GetAsync(ProxyContext proxy, CancellationToken cancellationToken) => ValueTask.FromResult(_keys);
    }

    private sealed class RemoteKeys : KeySource
    {
        private static readonly TimeSpan DefaultCacheDuration = TimeSpan.FromMinutes(5);
        private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

        private readonly Lock _lock = new();
        private readonly ClusterRequest _request;
        private readonly TimeSpan _cacheDuration;
        private readonly TimeSpan _failurePause;
        private Task<(JwtStatus, JsonWebKeySet?)>? _current;
        private (JwtStatus, JsonWebKeySet?) _known = (JwtStatus.FetchFailed, null);
        private DateTimeOffset _until = DateTimeOffset.MinValue;

        public RemoteKeys(string provider, RemoteJwks config)
        {
            if (config.HttpUri is not { } uri || !Uri.TryCreate(uri.Uri, UriKind.Absolute, out var address))
            {
                throw new ResourceRejectedException($"JWT provider {provider}: http_uri '{config.HttpUri?.Uri}' is no absolute URI");
            }

            _request = new ClusterRequest
            {
                Cluster = uri.Cluster,
                Method = "GET",
                Authority = address.Authority,
                Path = address.PathAndQuery,
                Timeout = uri.Timeout?.ToTimeSpan() ?? TimeSpan.FromSeconds(5),
            };
            _cacheDuration = config.CacheDuration?.ToTimeSpan() ?? DefaultCacheDuration;
            _failurePause = config.AsyncFetch?.FailedRefetchDuration?.ToTimeSpan() ?? FailurePause;
        }

        public override ValueTask<(JwtStatus Status, JsonWebKeySet? Keys)> GetAsync(ProxyContext proxy, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                if (_current is null && proxy.Time.GetUtcNow() < _until)
                {
                    return ValueTask.FromResult(_known);
                }

                // The fetch belongs to all who wait, so no one of them may cancel it; it has a time-out of its own.
                _current ??= Task.Run(() => FetchAsync(proxy), CancellationToken.None);
                return new ValueTask<(JwtStatus, JsonWebKeySet?)>(_current.WaitAsync(cancellationToken));
            }
        }

        // Keys that are known outlive a failure to renew them.
        private async Task<(JwtStatus, JsonWebKeySet?)> FetchAsync(ProxyContext proxy)
        {
            var fetched = await TryFetchAsync(proxy);
            lock (_lock)
            {
                var isGood = fetched.Item1 == JwtStatus.Ok;
                _known = isGood || _known.Item1 != JwtStatus.Ok ? fetched : _known;
                _until = proxy.Time.GetUtcNow() + (isGood ? _cacheDuration : _failurePause);
                _current = null;
                return _known;
            }
        }

        private async Task<(JwtStatus, JsonWebKeySet?)> TryFetchAsync(ProxyContext proxy)
        {
            try
            {
                var answer = await proxy.Client.SendAsync(_request, CancellationToken.None);
                if (answer.Status != 200)
                {
                    return (JwtStatus.FetchFailed, null);
                }

                var status = JsonWebKeySet.TryParse(answer.Body, out var keys);
                return (status, keys);
            }
            catch (ClusterRequestException)
            {
                return (JwtStatus.FetchFailed, null);
            }
        }
    }
}
