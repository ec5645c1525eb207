using Weft.Demos.Hosting;

namespace Weft.Demos.Travels.Agency;

/// <summary>The demo's switchable slowness: environment CHAOS_MONKEY and what it narrows to.</summary>
internal sealed class ChaosMonkey(DemoContext context)
{
    private readonly bool _on = context.Setting("CHAOS_MONKEY").Equals("true", StringComparison.OrdinalIgnoreCase);
    private readonly TimeSpan _sleep = TimeSpan.FromMilliseconds(context.Number("CHAOS_MONKEY_SLEEP", 500));
    private readonly string _city = context.Setting("CHAOS_MONKEY_CITY");
    private readonly string _device = context.Setting("CHAOS_MONKEY_DEVICE");
    private readonly string _portal = context.Setting("CHAOS_MONKEY_PORTAL");
    private readonly string _user = context.Setting("CHAOS_MONKEY_USER");

    /// <summary>Offers and discounts: a header equals a configured value, or the request carries none of the three.</summary>
    public Task DisturbAsync(TravelHeaders headers, CancellationToken cancellationToken) =>
        SleepIfAsync(
            Hits(_device, headers.Device) || Hits(_portal, headers.Portal) || Hits(_user, headers.User)
                || (headers.Device.Length == 0 && headers.Portal.Length == 0 && headers.User.Length == 0),
            cancellationToken);

    /// <summary>The travels service: city or user equals a configured value, or neither is configured.</summary>
    public Task DisturbTravelAsync(string city, TravelHeaders headers, CancellationToken cancellationToken) =>
        SleepIfAsync(Hits(_city, city) || Hits(_user, headers.User) || (_city.Length == 0 && _user.Length == 0), cancellationToken);

    private Task SleepIfAsync(bool hit, CancellationToken cancellationToken) =>
        _on && hit ? Task.Delay(_sleep, context.Time, cancellationToken) : Task.CompletedTask;

    private static bool Hits(string configured, string value) => configured.Length > 0 && configured == value;
}
