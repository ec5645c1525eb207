using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Weft.Demos.Travels.Agency;

/// <summary>The four services that sell something for a city; they differ in name, table and JSON only.</summary>
internal sealed record OfferKind(string Name, string Statement, Func<IReadOnlyList<(string Name, double Price)>, byte[]> Write)
{
    public static readonly OfferKind Hotels = Make("hotels", "hotel", static (name, price) => new HotelOffer(name, price), TravelsJson.Default.IReadOnlyListHotelOffer);
    public static readonly OfferKind Flights = Make("flights", "airline", static (name, price) => new FlightOffer(name, price), TravelsJson.Default.IReadOnlyListFlightOffer);
    public static readonly OfferKind Cars = Make("cars", "carModel", static (name, price) => new CarOffer(name, price), TravelsJson.Default.IReadOnlyListCarOffer);
    public static readonly OfferKind Insurances = Make("insurances", "company", static (name, price) => new InsuranceOffer(name, price), TravelsJson.Default.IReadOnlyListInsuranceOffer);

    private static OfferKind Make<T>(string table, string column, Func<string, double, T> offer, JsonTypeInfo<IReadOnlyList<T>> type) => new(
        table,
        $"SELECT o.{column}, o.price FROM {table} o JOIN cities c ON o.cityId = c.cityId WHERE c.city = ",
        offers => JsonSerializer.SerializeToUtf8Bytes([.. offers.Select(each => offer(each.Name, each.Price))], type));
}
