using System.Globalization;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Controllers;

/// <summary>Events live one hour, as in Kubernetes: they tell what happened lately, not history.</summary>
internal sealed class EventExpiry(ObjectStore store, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var item in store.Current.Of("events").Where(IsExpired))
                await store.DeleteAsync(item.Key, item.Revision, cancellationToken);
        }
    }

    private bool IsExpired(StoredObject item)
    {
        var content = JsonText.ParseObject(item.Json.Span);
        var last = new[] { content.TextAt("series", "lastObservedTime"), content.Text("lastTimestamp"), content.Text("eventTime"), content.TextAt("metadata", "creationTimestamp") }
            .First(t => !string.IsNullOrEmpty(t));
        return DateTimeOffset.TryParse(last, CultureInfo.InvariantCulture, out var at) && time.GetUtcNow() - at > Lifetime;
    }
}
