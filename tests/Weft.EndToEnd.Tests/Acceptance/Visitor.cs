using System.Diagnostics;
using System.Net.Sockets;

namespace Weft.EndToEnd.Acceptance;

/// <summary>Somebody outside the mesh, calling at a gateway.</summary>
public static class Visitor
{
    public static async Task<Answer> GetAsync(Uri address, IEnumerable<(string Name, string Value)> headers)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        return await AnswerAsync(client, address, headers);
    }

    /// <summary>One call, its body read; a connection that is refused or cut is status 0.</summary>
    internal static async Task<Answer> AnswerAsync(HttpClient client, Uri address, IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var clock = Stopwatch.GetTimestamp();
        try
        {
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var all = response.Headers.Concat(response.Content.Headers).ToDictionary(each => each.Key, each => string.Join(", ", each.Value), StringComparer.OrdinalIgnoreCase);
            return new Answer((int)response.StatusCode, body, all, Stopwatch.GetElapsedTime(clock));
        }
        // A connection that ends while it is made is told as a failure of its socket.
        catch (Exception failure) when (failure is HttpRequestException or SocketException)
        {
            return new Answer(0, failure.Message, new Dictionary<string, string>(), Stopwatch.GetElapsedTime(clock));
        }
    }
}

/// <summary>An answer with its body, and how long it took.</summary>
public sealed record Answer(int Status, string Body, IReadOnlyDictionary<string, string> Headers, TimeSpan Duration);
