namespace Weft.Demos.Travels.Database;

/// <summary>A row of table <c>cities</c>: European capitals, coordinates as text.</summary>
internal sealed record City(int Id, string Name, string Latitude, string Longitude);

/// <summary>The demo database: five tables, the offers being formulas of the city's id.</summary>
internal static class TravelsTables
{
    public static readonly IReadOnlyList<City> Cities =
    [
        new(1, "Amsterdam", "52.3667", "4.9"),
        new(2, "Andorra la Vella", "42.5", "1.5"),
        new(3, "Athens", "37.9842", "23.7281"),
        new(4, "Belgrade", "44.8167", "20.4667"),
        new(5, "Berlin", "52.5167", "13.3833"),
        new(6, "Bern", "46.9480", "7.4474"),
        new(7, "Bratislava", "48.1447", "17.1128"),
        new(8, "Brussels", "50.8467", "4.3525"),
        new(9, "Bucharest", "44.4", "26.0833"),
        new(10, "Budapest", "47.4983", "19.0408"),
        new(11, "Chisinau", "47.0228", "28.8353"),
        new(12, "Copenhagen", "55.6786", "12.5635"),
        new(13, "Dublin", "53.3497", "-6.2603"),
        new(14, "Helsinki", "60.1756", "24.9342"),
        new(15, "Kiev", "50.4500", "30.5236"),
        new(16, "Lisbon", "38.7452", "-9.1604"),
        new(17, "Ljubljana", "46.0500", "14.5167"),
        new(18, "London", "51.5072", "-0.1275"),
        new(19, "Luxembourg", "49.6106", "6.1328"),
        new(20, "Madrid", "40.4189", "-3.6919"),
        new(21, "Minsk", "53.9022", "27.5618"),
        new(22, "Monaco", "43.7396", "7.4069"),
        new(23, "Moscow", "55.7558", "37.6178"),
        new(24, "Nicosia", "35.1725", "33.3650"),
        new(25, "Oslo", "59.9111", "10.7528"),
        new(26, "Paris", "48.8566", "2.3522"),
        new(27, "Podgorica", "42.4397", "19.2661"),
        new(28, "Prague", "50.0833", "14.4167"),
        new(29, "Reykjavik", "64.1475", "-21.9350"),
        new(30, "Riga", "56.9475", "24.1069"),
        new(31, "Rome", "41.8931", "12.4828"),
        new(32, "San Marino", "43.9346", "12.4473"),
        new(33, "Sarajevo", "43.8667", "18.4167"),
        new(34, "Skopje", "41.9833", "21.4333"),
        new(35, "Sofia", "42.6975", "23.3241"),
        new(36, "Stockholm", "59.3294", "18.0686"),
        new(37, "Tallinn", "59.4372", "24.7450"),
        new(38, "Tirana", "41.3300", "19.8200"),
        new(39, "Vaduz", "47.1415", "9.5215"),
        new(40, "Valletta", "35.8978", "14.5125"),
        new(41, "Vatican City", "41.9000", "12.4478"),
        new(42, "Vienna", "48.2083", "16.3731"),
        new(43, "Vilnius", "54.6833", "25.2833"),
        new(44, "Warsaw", "52.2167", "21.0333"),
        new(45, "Zagreb", "45.8000", "15.9500"),
    ];

    /// <summary>The offers of one table for one city: name and price.</summary>
    public static IReadOnlyList<(string Name, int Price)> Offers(string table, City city) => table switch
    {
        "cars" => [("Sports Car", 1000 + (5 * city.Id)), ("Economy Car", 300 + (2 * city.Id))],
        "flights" => [("Red Airlines", 1000 + city.Id), ("Blue Airlines", 350 + city.Id), ("Green Airlines", 300 + city.Id)],
        "hotels" => [($"Grand Hotel {city.Name}", 500 + (5 * city.Id)), ($"Little {city.Name} Hotel", 80 + (2 * city.Id))],
        "insurances" => [("Yellow Insurances", 307 + city.Id), ("Blue Insurances", 56 + city.Id)],
        _ => [],
    };

    /// <summary>The column that names an offer in its table.</summary>
    public static string? OfferColumn(string table) => table switch
    {
        "cars" => "carModel",
        "flights" => "airline",
        "hotels" => "hotel",
        "insurances" => "company",
        _ => null,
    };

    /// <summary>The city of that name, compared as MySQL's default collation does.</summary>
    public static City? Find(string name) =>
        Cities.FirstOrDefault(city => city.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
