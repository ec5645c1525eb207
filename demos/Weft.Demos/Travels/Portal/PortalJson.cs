using System.Text.Json.Serialization;

namespace Weft.Demos.Travels.Portal;

/// <summary>How a portal makes its requests; whole per cents.</summary>
internal sealed record PortalSettings
{
    /// <summary>0 is the slowest cycle (15 s), 100 the fastest.</summary>
    [JsonPropertyName("request_ratio")]
    public int RequestRatio { get; init; } = 50;

    public DeviceShares Devices { get; init; } = new(50, 50);

    public UserShares Users { get; init; } = new(50, 50);

    [JsonPropertyName("travel_type")]
    public TravelShares TravelType { get; init; } = new(34, 33, 33);
}

internal sealed record DeviceShares(int Web, int Mobile);

internal sealed record UserShares(int Registered, int New);

internal sealed record TravelShares(int T1, int T2, int T3);

/// <summary>Counts of requests, in total and by each class.</summary>
internal sealed record RequestCounts
{
    public int Total { get; init; }

    public DeviceShares Devices { get; init; } = new(0, 0);

    public UserShares Users { get; init; } = new(0, 0);

    [JsonPropertyName("travel_type")]
    public TravelShares TravelType { get; init; } = new(0, 0, 0);

    public RequestCounts Plus(RequestClass made) => new()
    {
        Total = Total + 1,
        Devices = made.Device == "web" ? Devices with { Web = Devices.Web + 1 } : Devices with { Mobile = Devices.Mobile + 1 },
        Users = made.User == "new" ? Users with { New = Users.New + 1 } : Users with { Registered = Users.Registered + 1 },
        TravelType = made.Travel switch
        {
            "t1" => TravelType with { T1 = TravelType.T1 + 1 },
            "t2" => TravelType with { T2 = TravelType.T2 + 1 },
            _ => TravelType with { T3 = TravelType.T3 + 1 },
        },
    };
}

/// <summary>Coordinates are longitude, latitude: the order that maps use.</summary>
internal sealed record CityStatus(string City, double[] Coordinates, RequestCounts Requests);

internal sealed record PortalRequests
{
    public RequestCounts Requests { get; init; } = new();

    public IReadOnlyList<CityStatus> Cities { get; init; } = [];

    /// <summary>True when the dashboard could not reach the portal.</summary>
    public bool Error { get; init; }
}

internal sealed record PortalStatus(string Name, double[] Coordinates, string Country, PortalSettings Settings, PortalRequests Status);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PortalSettings))]
[JsonSerializable(typeof(PortalStatus))]
[JsonSerializable(typeof(IReadOnlyList<PortalStatus>))]
internal sealed partial class PortalJson : JsonSerializerContext;
