import { useLayoutEffect, useState } from 'preact/hooks'

/** The width and the height of an element, kept up to date. */
export const useSize = (ref: {
  readonly current: HTMLElement | null
}): readonly [width: number, height: number] => {
  const [size, setSize] = useState<readonly [number, number]>([0, 0])
  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) return undefined
    const measure = (): void => {
      setSize([element.clientWidth, element.clientHeight])
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => {
      observer.disconnect()
    }
  }, [ref])
  return size
}
