using System.Text.Json.Serialization;

namespace Weft.Demos.Travels;

internal sealed record ErrorBody(string Error);

internal sealed record CityDto(string City, string Lat, string Lng);

internal sealed record HotelOffer(string Hotel, double Price);

internal sealed record FlightOffer(string Airline, double Price);

internal sealed record CarOffer(string CarModel, double Price);

internal sealed record InsuranceOffer(string Company, double Price);

internal sealed record Discount(string User, [property: JsonPropertyName("discount")] double Value);

internal sealed record TravelQuote
{
    public required string City { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double[]? Coordinates { get; init; }

    public required string CreatedAt { get; init; }

    public required string Status { get; init; }

    public IReadOnlyList<FlightOffer>? Flights { get; init; }

    public IReadOnlyList<HotelOffer>? Hotels { get; init; }

    public IReadOnlyList<CarOffer>? Cars { get; init; }

    public IReadOnlyList<InsuranceOffer>? Insurances { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(IReadOnlyList<CityDto>))]
[JsonSerializable(typeof(IReadOnlyList<HotelOffer>))]
[JsonSerializable(typeof(IReadOnlyList<FlightOffer>))]
[JsonSerializable(typeof(IReadOnlyList<CarOffer>))]
[JsonSerializable(typeof(IReadOnlyList<InsuranceOffer>))]
[JsonSerializable(typeof(Discount))]
[JsonSerializable(typeof(TravelQuote))]
internal sealed partial class TravelsJson : JsonSerializerContext;
