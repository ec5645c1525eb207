using System.Globalization;

namespace Weft.Demos.Travels.Portal;

/// <summary>A portal's settings, mix and counts; one loop and any number of requests use it.</summary>
internal sealed class PortalState(string name, string country, double[] coordinates)
{
    private readonly Lock _lock = new();
    private readonly RequestMix _mix = new();
    private readonly SortedDictionary<string, CityStatus> _cities = new(StringComparer.Ordinal);
    private PortalSettings _settings = new();
    private RequestCounts _total = new();

    /// <summary>15 s at ratio 0 down to 0.75 s at ratio 100.</summary>
    public TimeSpan Pause
    {
        get
        {
            lock (_lock)
            {
                return TimeSpan.FromMilliseconds(Math.Max(750, 15000 * (1 - (_settings.RequestRatio / 100.0))));
            }
        }
    }

    public RequestClass Next()
    {
        lock (_lock)
        {
            return _mix.Next(_settings);
        }
    }

    /// <summary>Takes new settings and starts a new mix; shares are held within 0 and 100.</summary>
    public void Replace(PortalSettings settings)
    {
        lock (_lock)
        {
            _settings = settings with { RequestRatio = Math.Clamp(settings.RequestRatio, 0, 100) };
            _mix.Reset();
        }
    }

    /// <summary>Counts a quote that succeeded.</summary>
    public void Count(CityDto city, RequestClass made)
    {
        lock (_lock)
        {
            _total = _total.Plus(made);
            var before = _cities.GetValueOrDefault(city.City) ?? new CityStatus(city.City, [Degrees(city.Lng), Degrees(city.Lat)], new RequestCounts());
            _cities[city.City] = before with { Requests = before.Requests.Plus(made) };
        }
    }

    public PortalStatus Status()
    {
        lock (_lock)
        {
            return new PortalStatus(name, coordinates, country, _settings, new PortalRequests { Requests = _total, Cities = [.. _cities.Values] });
        }
    }

    private static double Degrees(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
