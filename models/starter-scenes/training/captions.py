"""Words for a scene: synonyms, free order, optional articles, adjectives, and words that mean nothing to the picture."""

import numpy as np

SUBJECT_WORDS = {
    'mountains': [
        'mountains',
        'mountain range',
        'mountain',
        'mountain peaks',
        'alps',
        'rocky mountains',
        'mountain landscape',
        'snowy peaks',
    ],
    'lake': ['lake', 'quiet lake', 'still lake', 'pond', 'lakeside', 'lake landscape'],
    'sea': ['sea', 'ocean', 'seascape', 'ocean waves', 'beach', 'coast', 'open sea', 'seaside'],
    'forest': ['forest', 'woods', 'woodland', 'pine forest', 'deep forest', 'trees of a forest'],
    'desert': ['desert', 'sand dunes', 'dunes', 'desert landscape', 'sandy desert'],
    'city': [
        'city',
        'skyline',
        'city skyline',
        'skyscrapers',
        'cityscape',
        'downtown',
        'metropolis',
        'city street',
    ],
    'garden': ['garden', 'flower garden', 'garden path', 'park', 'formal garden'],
    'village': ['village', 'small town', 'hamlet', 'houses', 'cottages', 'country village', 'little town'],
    'harbour': ['harbour', 'harbor', 'port', 'fishing port', 'marina', 'fishing harbour'],
    'river': ['river', 'stream', 'winding river', 'river valley', 'creek', 'brook'],
    'waterfall': ['waterfall', 'falls', 'cascade', 'big waterfall', 'water fall'],
    'flower field': [
        'field of flowers',
        'flower field',
        'meadow of flowers',
        'flower meadow',
        'tulip field',
        'poppy field',
        'lavender field',
        'wildflowers',
        'flowers',
    ],
    'night sky': [
        'night sky',
        'starry sky',
        'milky way',
        'stars',
        'starry night sky',
        'sky full of stars',
        'galaxy over the land',
    ],
    'nebula': [
        'nebula',
        'space',
        'galaxy',
        'cosmic nebula',
        'outer space',
        'colourful nebula',
        'colorful nebula',
        'deep space',
    ],
    'coffee cup': [
        'coffee cup',
        'cup of coffee',
        'coffee',
        'mug',
        'cup',
        'espresso',
        'coffee mug',
        'cappuccino',
        'cup of tea',
    ],
    'lighthouse': ['lighthouse', 'old lighthouse', 'tall lighthouse', 'striped lighthouse'],
    'boat': ['boat', 'sailing boat', 'sailboat', 'ship', 'yacht', 'sailing ship'],
    'castle': ['castle', 'fortress', 'palace', 'medieval castle', 'fairytale castle', 'old castle'],
    'bridge': ['bridge', 'stone bridge', 'suspension bridge', 'old bridge', 'long bridge'],
    'tree': ['tree', 'lone tree', 'single tree', 'oak', 'old tree', 'big tree', 'lonely tree'],
    'moon': ['moon', 'big moon', 'huge moon', 'full moon', 'giant moon', 'moonrise'],
    'flying cars': [
        'flying cars',
        'flying car',
        'futuristic city with flying cars',
        'hover cars',
        'futuristic vehicles',
        'hovercars',
    ],
}
JOIN_WORDS = {
    'mountains': ['mountains', 'mountains behind', 'mountains in the background', 'a mountain'],
    'forest': ['forest', 'trees', 'woods', 'pine trees', 'a forest in the background'],
    'village': ['village', 'houses', 'a small village', 'cottages'],
    'castle': ['castle', 'a castle', 'a distant castle', 'castle in the distance'],
    'boat': ['boat', 'a boat', 'sailing boat', 'a sailboat', 'a small boat'],
    'tree': ['tree', 'a tree', 'a tree in front', 'a big tree'],
    'lighthouse': ['lighthouse', 'a lighthouse', 'a lighthouse in the distance'],
    'river': ['river', 'a river', 'a winding river', 'stream'],
    'moon': ['moon', 'the moon', 'a moon', 'moon in the sky', 'crescent moon'],
    'bridge': ['bridge', 'a bridge', 'a stone bridge'],
    'city': ['city', 'a city', 'skyline', 'a city in the background'],
    'sea': ['sea', 'the sea', 'the ocean', 'water'],
    'fountain': ['fountain', 'a fountain'],
    'window': ['window', 'a window', 'a view through the window'],
    'book': ['book', 'a book'],
    'planet': ['planet', 'a planet'],
    'birds': ['birds', 'flying birds', 'a flock of birds', 'seagulls'],
    'balloon': ['hot air balloon', 'a hot air balloon', 'a balloon', 'balloon'],
}
LIGHT_WORDS = {
    'noon': [
        'noon',
        'midday',
        'daylight',
        'clear day',
        'blue sky',
        'sunny day',
        'bright daylight',
        'clear sky',
    ],
    'sunset': ['sunset', 'red sunset', 'dusk', 'evening glow', 'evening', 'red sky', 'sundown'],
    'golden': [
        'golden light',
        'golden hour',
        'warm golden light',
        'golden glow',
        'sun rays',
        'golden sunlight',
    ],
    'dawn': ['dawn', 'sunrise', 'early morning', 'morning light', 'daybreak', 'pink morning sky'],
    'night': ['night', 'midnight', 'nighttime', 'dark night', 'starry night', 'moonlight'],
    'mist': ['mist', 'fog', 'misty', 'foggy', 'morning mist', 'haze', 'foggy weather'],
    'storm': ['storm', 'thunderstorm', 'rain', 'stormy', 'rainy', 'stormy sky', 'heavy rain', 'lightning'],
    'snow': ['snow', 'winter', 'snowy', 'snowfall', 'winter day', 'falling snow', 'snowstorm'],
}
STYLE_WORDS = {
    'photo': [
        'photo',
        'photograph',
        'photo of',
        'realistic',
        'photorealistic',
        'photography',
        'realistic photo',
    ],
    'watercolour': ['watercolour', 'watercolor', 'watercolor painting', 'watercolour painting', 'aquarelle'],
    'oil': [
        'oil painting',
        'oil',
        'oil on canvas',
        'impressionist painting',
        'oil paint',
        'thick brush strokes',
    ],
    'poster': [
        'flat poster',
        'poster',
        'flat design',
        'minimalist poster',
        'vector art',
        'flat illustration',
        'travel poster',
    ],
    'neon': ['neon', 'neon style', 'neon lights', 'cyberpunk', 'synthwave', 'neon glow'],
    'pencil': ['pencil drawing', 'pencil sketch', 'pencil', 'sketch', 'drawing', 'hand drawn sketch'],
    'pixel': ['pixel art', 'pixel', '8-bit', 'pixelated', 'retro game', 'pixel style'],
}
PALETTE_WORDS = {
    'blue': ['blue tones', 'cool colours', 'blue palette', 'cold colors', 'in blue'],
    'warm': ['warm colours', 'warm tones', 'warm colors', 'orange tones', 'autumn colours'],
    'purple': ['purple tones', 'violet', 'purple palette', 'in purple'],
    'green': ['green tones', 'green palette', 'in green', 'emerald tones'],
    'pastel': ['pastel colours', 'pastel', 'pastel colors', 'soft colours', 'pale colours'],
    'monochrome': ['black and white', 'monochrome', 'greyscale', 'grayscale'],
    'vivid': ['vivid colours', 'vibrant', 'saturated colours', 'colourful', 'colorful', 'vibrant colors'],
}
ADJECTIVES = [
    'serene',
    'beautiful',
    'calm',
    'peaceful',
    'majestic',
    'quiet',
    'dramatic',
    'lovely',
    'pretty',
    'wide',
    'vast',
    'tranquil',
    'magical',
    'mysterious',
    'epic',
    'picturesque',
    'scenic',
    'dreamy',
    'idyllic',
    'stunning',
    'lonely',
    'gentle',
    'wonderful',
]
FILLERS = [
    'highly detailed',
    'masterpiece',
    'best quality',
    '4k',
    '8k',
    'cinematic',
    'detailed',
    'sharp focus',
    'atmospheric',
    'wallpaper',
    'landscape',
    'scenery',
    'trending',
    'fantasy',
    'professional',
    'a view',
    'artwork',
    'concept art',
    'high resolution',
    'award winning',
]
OPENINGS = [
    'a picture of',
    'an image of',
    'a view of',
    'a scene with',
    'paint',
    'show me',
    'picture of',
    'image of',
    'draw',
]
_LETTERS = 'abcdefghijklmnopqrstuvwxyz'


def caption(scene, rng: np.random.Generator) -> str:
    """A caption of a scene; what is left out of it may be in the picture all the same."""
    words = _subject_phrase(scene, rng)
    parts = _side_phrases(scene, rng)
    if scene.style and rng.random() < 0.35:
        style = _one(rng, STYLE_WORDS[scene.style])
        joint = '' if style.endswith(' of') else _one(rng, [' of', ' of', ','])
        words = _one(rng, ['a ', '', '']) + style + joint + ' ' + words
    elif scene.style:
        parts.append(_style_phrase(scene.style, rng))
    elif rng.random() < 0.1:
        words = _one(rng, OPENINGS) + ' ' + words
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        parts.append(_one(rng, FILLERS))
    if rng.random() < 0.12:
        parts.append(_gibberish(rng))
    rng.shuffle(parts)
    if rng.random() < 0.12 and parts:
        parts = [parts[0], words] + parts[1:]
    else:
        parts = [words] + parts
    text = _one(rng, [', ', ', ', ', ', ' ']).join(part for part in parts if part)
    return text.capitalize() if rng.random() < 0.1 else text


def _one(rng, words):
    return words[rng.integers(len(words))]


def _subject_phrase(scene, rng):
    words = _one(rng, SUBJECT_WORDS[scene.subject])
    if rng.random() < 0.4:
        words = _one(rng, ADJECTIVES) + ' ' + words
    if scene.light and scene.light in ('mist', 'storm', 'snow') and rng.random() < 0.2:
        return (
            _one(rng, ['a ', ''])
            + _one(
                rng,
                {'mist': ['misty', 'foggy'], 'storm': ['stormy', 'rainy'], 'snow': ['snowy']}[scene.light],
            )
            + ' '
            + words
        )
    article = (
        '' if rng.random() < 0.45 else ('an ' if words[0] in 'aeiou' else _one(rng, ['a ', 'a ', 'the ']))
    )
    return article + words


def _side_phrases(scene, rng):
    parts = []
    for joined in scene.joined:
        parts.append(_one(rng, ['with ', 'and ', 'near ', '', 'with ']) + _one(rng, JOIN_WORDS[joined]))
    if scene.light:
        word = _one(rng, LIGHT_WORDS[scene.light])
        parts.append(_one(rng, ['at ', 'in ', '', '', 'in the ']) + word)
    if scene.palette:
        parts.append(_one(rng, PALETTE_WORDS[scene.palette]))
    return parts


def _style_phrase(style, rng):
    word = _one(rng, STYLE_WORDS[style])
    return (
        word[:-3]
        if word.endswith(' of')
        else _one(rng, ['', '', 'as a ', 'in the style of ']) + word + _one(rng, ['', '', ' style'])
    )


def _gibberish(rng):
    return ''.join(_one(rng, _LETTERS) for _ in range(rng.integers(3, 10)))
