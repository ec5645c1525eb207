using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Weft.Api.Access;

/// <summary>Who is logged in. The token stays here, a cookie has only its name. Bounded: beyond that the sessions that end first are forgotten.</summary>
internal sealed class Sessions(TimeProvider time)
{
    private const int Most = 1000;

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary>As Kiali's <c>login_token.expiration_seconds</c>.</summary>
    public static TimeSpan Length { get; } = TimeSpan.FromDays(1);

    public (string Id, Session Session) Begin(string token)
    {
        var now = time.GetUtcNow();
        foreach (var old in _sessions.OrderBy(pair => pair.Value.ExpiresOn).Where((pair, index) => pair.Value.ExpiresOn <= now || index <= _sessions.Count - Most))
        {
            _sessions.TryRemove(old);
        }

        var (id, session) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), new Session(token, now + Length));
        _sessions[id] = session;
        return (id, session);
    }

    public Session? Find(string? id) => id is not null && _sessions.TryGetValue(id, out var found) && found.ExpiresOn > time.GetUtcNow() ? found : null;

    /// <summary>Lets a session that has not ended last its full length from now on. Null when there is none.</summary>
    public Session? Prolong(string? id)
    {
        if (id is null || Find(id) is not { } found)
        {
            return null;
        }

        var longer = found with { ExpiresOn = time.GetUtcNow() + Length };
        // A logout in between stays one.
        return _sessions.TryUpdate(id, longer, found) ? longer : Find(id);
    }

    public void End(string? id)
    {
        if (id is not null)
        {
            _sessions.TryRemove(id, out _);
        }
    }
}

internal sealed record Session(string Token, DateTimeOffset ExpiresOn);
