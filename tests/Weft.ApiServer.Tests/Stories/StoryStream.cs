using System.Text.Json.Nodes;

namespace Weft.ApiServer.Stories;

/// <summary>The events of one watch of a story, read when the story is over.</summary>
internal sealed class StoryStream(HttpResponseMessage response) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>As many events as are expected; fewer when no more come, and one more when there is one at once.</summary>
    public async Task<JsonArray> ReadAsync(int expected)
    {
        var events = new JsonArray();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (events.Count <= expected)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(events.Count < expected ? Patience : TimeSpan.FromMilliseconds(50));
            try
            {
                if (await reader.ReadLineAsync(limit.Token) is not { } line) break;
                events.Add(JsonNode.Parse(line));
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                break;
            }
        }

        return events;
    }

    public void Dispose() => response.Dispose();
}
